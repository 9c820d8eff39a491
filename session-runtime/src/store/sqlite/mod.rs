//! Sessions in an SQLite file.
//!
//! The file is in WAL mode with `synchronous=FULL`. An acknowledged write is on the
//! disk: neither a killed process nor a loss of power can undo it. `FULL` costs one
//! `fsync` for each write. For other settings, use
//! [`from_pool`](Sqlite::from_pool).
//!
//! SQLite has one writer at a time. Here, writers wait for their turn in a fair
//! queue. SQLite itself would try again and again, and give up in the end. So only
//! another process can make a write fail because the file is locked.

mod run;
mod statements;

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, SqlitePool, SqliteTransaction};
use tokio::sync::Mutex;
use tokio::time::sleep;

use super::{Count, Follow, Key, Listed, Loaded, Patch, Record, Store, StoreError, Verdict, sql};

/// Keeps sessions in an SQLite file, in the tables `rocket_sessions` and
/// `rocket_sessions_former`. The launch makes them.
///
/// ```
/// use session_runtime::{Sessions, store::Sqlite};
///
/// // The same as `store = "sqlite://sessions.db"` in the configuration.
/// let sessions = Sessions::fairing().store(Sqlite::open("sqlite://sessions.db")?);
/// # drop(sessions);
/// # Ok::<(), session_runtime::store::StoreError>(())
/// ```
pub struct Sqlite {
    pool: SqlitePool,
    /// The queue of writers.
    turn: Arc<Mutex<()>>,
}

/// How long a write waits while another process has locked the file.
const BUSY: Duration = Duration::from_secs(5);

/// How long a launch waits for the launches of other processes. A busy disk is
/// slow.
const LAUNCH: Duration = Duration::from_secs(30);

/// How long it waits before it tries again.
const AGAIN: Duration = Duration::from_millis(10);

/// The most connections: one for the writer, the others for readers.
const CONNECTIONS: u32 = 4;

/// The statements of one write, which share their parameters.
type Words = &'static [&'static str];

impl Sqlite {
    /// Opens the file of a URL. `sqlite://sessions.db` is a file in the working
    /// directory, and `sqlite:///var/lib/app/sessions.db` has an absolute path. The
    /// file is made if it does not exist, unless the URL ends with `?mode=rw`. `sqlite::memory:` is no file, and forgets
    /// everything when the process ends. Nothing is opened before the launch.
    ///
    /// # Errors
    ///
    /// If it is not such a URL.
    pub fn open(url: &str) -> Result<Sqlite, StoreError> {
        let unreadable = |why: &dyn fmt::Display| {
            StoreError::new(format_args!(
                "the URL of the SQLite file is refused: {why}. Write `sqlite://sessions.db`, \
                 `sqlite:///an/absolute/path.db` or `sqlite::memory:`"
            ))
        };
        if !url.starts_with("sqlite:") {
            return Err(unreadable(&"it does not begin with `sqlite:`"));
        }
        let (file, parameters) = url.split_once('?').unwrap_or((url, ""));
        if file.trim_start_matches("sqlite:").trim_start_matches("//").is_empty() {
            // SQLite would make a temporary file for each connection.
            return Err(unreadable(&"it names no file"));
        }
        let options = SqliteConnectOptions::from_str(url)
            .map_err(|error| unreadable(&error))?
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(BUSY)
            .disable_statement_logging();
        // Unless the URL says how to open it.
        let says = parameters.contains("mode=");
        let options = if says { options } else { options.create_if_missing(true) };
        // A database in memory belongs to one connection, and ends with it.
        let in_memory = file.contains(":memory:") || parameters.contains("mode=memory");
        let pool = SqlitePoolOptions::new()
            .max_connections(if in_memory { 1 } else { CONNECTIONS })
            .idle_timeout(None)
            .max_lifetime(None)
            // A connection is a thread of this process, which does not hang up.
            .test_before_acquire(false)
            .connect_lazy_with(options);
        Ok(Sqlite::from_pool(pool))
    }

    /// Uses a pool that the application has made. All settings are the pool's: what a
    /// loss of power may undo, whether statements are logged. The database should
    /// be in WAL mode; otherwise readers wait for writers.
    #[must_use]
    pub fn from_pool(pool: SqlitePool) -> Sqlite {
        Sqlite { pool, turn: Arc::default() }
    }

    /// Begins a transaction that shuts out all other writers.
    async fn begin(&self) -> Result<SqliteTransaction<'static>, StoreError> {
        let start = Instant::now();
        loop {
            match self.pool.begin_with("BEGIN IMMEDIATE").await {
                Ok(transaction) => return Ok(transaction),
                // If several processes make the file at once, one of them changes
                // it to WAL mode. That is the one lock for which SQLite does not
                // wait.
                Err(error) if is_busy(&error) && start.elapsed() < LAUNCH => sleep(AGAIN).await,
                Err(error) => {
                    let options = self.pool.connect_options();
                    let file = options.get_filename().display();
                    return Err(StoreError::new(format_args!(
                        "SQLite cannot open `{file}`: {error}. Its folder must exist and be \
                         writable"
                    )));
                }
            }
        }
    }

    async fn warnings(&self, release: bool) -> Result<Vec<String>, StoreError> {
        let (file, synchronous): (String, i64) = sqlx::query_as(
            "SELECT file, synchronous FROM pragma_database_list, pragma_synchronous \
             WHERE name = 'main'",
        )
        .fetch_one(&self.pool)
        .await
        .map_err(failed)?;
        let mut warnings = Vec::new();
        if file.is_empty() {
            if release {
                warnings.push(
                    "Sessions are kept in SQLite's memory: a restart ends them all. Write \
                     `sqlite://sessions.db` to keep them."
                        .into(),
                );
            }
        } else if synchronous < 2 {
            warnings.push(format!(
                "SQLite runs with `synchronous = {synchronous}`: a loss of power can take back \
                 the last writes, and a session that was ended comes back. Write \
                 `.synchronous(SqliteSynchronous::Full)` in the pool's options."
            ));
        }
        Ok(warnings)
    }
}

/// Shows no settings: none of them would help.
impl fmt::Debug for Sqlite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sqlite").finish_non_exhaustive()
    }
}

/// Whether another process has locked the file. The low byte of the code says so;
/// the other bytes say why.
fn is_busy(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code()?.parse::<u32>().ok());
    code.is_some_and(|code| code & 0xff == 5)
}

fn failed(error: sqlx::Error) -> StoreError {
    StoreError::new(format_args!("SQLite failed: {error}"))
}

sql::store!(Sqlite);
