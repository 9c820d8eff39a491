//! Sessions in an SQLite file.
//!
//! The file is in WAL mode with `synchronous=FULL`: a write that was
//! acknowledged is on the disk, and a killed process or a loss of power does
//! not take it back. `FULL` costs one `fsync` for each write;
//! [`from_pool`](Sqlite::from_pool) is the way to other settings.
//!
//! SQLite has one writer at a time. Here writers wait for their turn in a fair
//! queue, and not in SQLite's own way, which is to ask again and again and to
//! give up at last. Only another process can keep the file from a writer.

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

use super::{Follow, Key, Listed, Loaded, Patch, Record, Store, StoreError, Verdict, sql};

/// Sessions in an SQLite file, in the tables `rocket_sessions` and
/// `rocket_sessions_former`, which are made before the launch.
pub struct Sqlite {
    pool: SqlitePool,
    /// The turn to write.
    turn: Arc<Mutex<()>>,
}

/// How long a write waits for another process.
const BUSY: Duration = Duration::from_secs(5);

/// How long a launch waits for others, with a disk that has much to do.
const LAUNCH: Duration = Duration::from_secs(30);

/// When it asks again.
const AGAIN: Duration = Duration::from_millis(10);

/// One writer, and others that read meanwhile.
const CONNECTIONS: u32 = 4;

/// The statements of one write, which share their parameters.
type Words = &'static [&'static str];

impl Sqlite {
    /// Sessions in the file of a URL: `sqlite://sessions.db` is in the working
    /// directory, `sqlite:///var/lib/app/sessions.db` is not, and
    /// `sqlite::memory:` forgets everything when the process ends. A file that
    /// is not there is made. Nothing is opened before the launch.
    ///
    /// # Errors
    ///
    /// If it is no such URL.
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
        let file = url.trim_start_matches("sqlite:").trim_start_matches("//");
        if file.split('?').next().is_none_or(str::is_empty) {
            // SQLite would make a file for each connection, and forget it.
            return Err(unreadable(&"it names no file"));
        }
        let options = SqliteConnectOptions::from_str(url)
            .map_err(|error| unreadable(&error))?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(BUSY)
            .disable_statement_logging();
        // What is in memory lives in one connection, and dies with it.
        let in_memory = url.contains(":memory:") || url.contains("mode=memory");
        let pool = SqlitePoolOptions::new()
            .max_connections(if in_memory { 1 } else { CONNECTIONS })
            .idle_timeout(None)
            .max_lifetime(None)
            // It is a thread of this process, which does not hang up.
            .test_before_acquire(false)
            .connect_lazy_with(options);
        Ok(Sqlite::from_pool(pool))
    }

    /// Sessions in a database that the application has open already. Its
    /// settings are the pool's: what a loss of power may take, whether
    /// statements are logged. It should be in WAL mode, or those who read wait
    /// for those who write.
    #[must_use]
    pub fn from_pool(pool: SqlitePool) -> Sqlite {
        Sqlite { pool, turn: Arc::default() }
    }

    /// A transaction that no other process is in.
    async fn begin(&self) -> Result<SqliteTransaction<'static>, StoreError> {
        let start = Instant::now();
        loop {
            match self.pool.begin_with("BEGIN IMMEDIATE").await {
                Ok(transaction) => return Ok(transaction),
                // Of several that make a file at once, one turns it to WAL, and
                // for that alone SQLite lets nobody wait.
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

/// No settings: they would say nothing that helps.
impl fmt::Debug for Sqlite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sqlite").finish_non_exhaustive()
    }
}

/// Whether another process keeps the file. The low byte says so, the others
/// what for.
fn is_busy(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code()?.parse::<u32>().ok());
    code.is_some_and(|code| code & 0xff == 5)
}

fn failed(error: sqlx::Error) -> StoreError {
    StoreError::new(format_args!("SQLite failed: {error}"))
}

sql::store!(Sqlite);
