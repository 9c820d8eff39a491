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

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rocket::tokio;
use rocket::tokio::sync::Mutex;
use rocket::tokio::time::sleep;
use sqlx::query::{Query, QueryAs};
use sqlx::sqlite::{
    SqliteArguments, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteRow,
    SqliteSynchronous,
};
use sqlx::{ConnectOptions, FromRow, SqlitePool, SqliteTransaction};

use super::{Key, Listed, Patch, Record, Store, StoreError, Verdict, sql};

/// Sessions in an SQLite file, in the table `rocket_sessions`, which is made
/// before the launch.
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

    const HAS_VERSION: &str = "SELECT count(*) > 0 FROM sqlite_schema \
         WHERE type = 'table' AND name = 'rocket_sessions_version'";

    const MIGRATIONS: [&str; 1] = ["
        CREATE TABLE rocket_sessions_version (version INTEGER NOT NULL) STRICT;
        INSERT INTO rocket_sessions_version VALUES (1);
        CREATE TABLE rocket_sessions (
            key BLOB NOT NULL PRIMARY KEY,
            fields TEXT NOT NULL,
            created INTEGER NOT NULL,
            seen INTEGER NOT NULL,
            expires INTEGER NOT NULL,
            owner TEXT
        ) STRICT;
        CREATE INDEX rocket_sessions_expires ON rocket_sessions (expires);
        CREATE INDEX rocket_sessions_owner ON rocket_sessions (owner) WHERE owner IS NOT NULL;
    "];

    const CREATE: &str = "INSERT INTO rocket_sessions (key, fields, created, seen, expires, owner) \
         VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (key) DO UPDATE SET fields = excluded.fields, created = excluded.created, \
         seen = excluded.seen, expires = excluded.expires, owner = excluded.owner \
         WHERE rocket_sessions.expires < $7";

    const LOAD: &str = "SELECT fields, created, seen, expires, owner FROM rocket_sessions \
         WHERE key = $1 AND expires >= $2";

    const PATCH: &str = "UPDATE rocket_sessions SET fields = json_patch(fields, $2), \
         seen = $3, expires = $4, owner = CASE WHEN $5 THEN $6 ELSE owner END \
         WHERE key = $1 AND expires >= $7";

    const RENAME: &str = "UPDATE rocket_sessions SET fields = json_patch(fields, $2), \
         seen = $3, expires = $4, owner = CASE WHEN $5 THEN $6 ELSE owner END, key = $8 \
         WHERE key = $1 AND expires >= $7";

    const DESTROY_IF_ONLY: &str = "DELETE FROM rocket_sessions \
         WHERE key = $1 AND json_patch(fields, $2) = '{}' AND expires >= $3";

    const PURGE: &str = "DELETE FROM rocket_sessions WHERE key IN \
         (SELECT key FROM rocket_sessions WHERE expires < $1 LIMIT $2)";

    /// Runs a statement that writes, and says how many rows it wrote.
    async fn write(
        &self,
        statement: Query<'static, sqlx::Sqlite, SqliteArguments>,
    ) -> Result<u64, sqlx::Error> {
        let turn = Arc::clone(&self.turn).lock_owned().await;
        let pool = self.pool.clone();
        // SQLite cannot be interrupted. If the caller is, the statement still
        // keeps its turn until it is over, so that those who wait for a file
        // that is locked take one connection and not all of them.
        let written = run(async move {
            let written = statement.execute(&pool).await;
            drop(turn);
            written
        });
        written.await.map(|written| written.rows_affected())
    }

    async fn rows<T>(
        &self,
        query: QueryAs<'static, sqlx::Sqlite, T, SqliteArguments>,
    ) -> Result<Vec<T>, sqlx::Error>
    where
        T: for<'r> FromRow<'r, SqliteRow> + Send + Unpin + 'static,
    {
        let pool = self.pool.clone();
        run(async move { query.fetch_all(&pool).await }).await
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

/// Runs a statement to its end, also if the caller is dropped meanwhile. A pool
/// that is dropped while it tests a connection closes it, and with it what is
/// in memory.
async fn run<T: Send + 'static>(
    statement: impl Future<Output = Result<T, sqlx::Error>> + Send + 'static,
) -> Result<T, sqlx::Error> {
    tokio::spawn(statement).await.map_err(|_| sqlx::Error::WorkerCrashed)?
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
