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

use sqlx::query::{Query, QueryAs};
use sqlx::sqlite::{
    SqliteArguments, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteQueryResult,
    SqliteRow, SqliteSynchronous,
};
use sqlx::{ConnectOptions, FromRow, SqlitePool, SqliteTransaction};
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

type Statement = Query<'static, sqlx::Sqlite, SqliteArguments>;

/// What a patch sets.
macro_rules! changes {
    () => {
        sql::changes!(
            "json_patch(fields, $2)",
            "json_remove(json_patch(fields, $2), '$._permanent', '$._lifetime')",
            "max"
        )
    };
}

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
            owner TEXT,
            family BLOB NOT NULL UNIQUE,
            origin BLOB NOT NULL
        ) STRICT;
        CREATE INDEX rocket_sessions_expires ON rocket_sessions (expires);
        CREATE INDEX rocket_sessions_owner ON rocket_sessions (owner) WHERE owner IS NOT NULL;
        CREATE TABLE rocket_sessions_former (
            key BLOB NOT NULL PRIMARY KEY,
            family BLOB NOT NULL,
            origin BLOB NOT NULL,
            until INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX rocket_sessions_former_until ON rocket_sessions_former (until);
    "];

    const FREE: Words = &[sql::FREE];

    const CREATE: Words = &["INSERT INTO rocket_sessions \
         (key, fields, created, seen, expires, owner, family, origin) \
         VALUES ($1, $2, $3, $4, $5, $6, $8, $1) \
         ON CONFLICT (key) DO UPDATE SET fields = excluded.fields, created = excluded.created, \
         seen = excluded.seen, expires = excluded.expires, owner = excluded.owner, \
         family = excluded.family, origin = excluded.origin \
         WHERE rocket_sessions.expires < $7"];

    const CREATE_IN_PLACE: Words = &[
        concat!(
            sql::remember!(),
            "SELECT key, family, origin, $10 FROM rocket_sessions WHERE family = ",
            sql::family_of!("$9", "$7"),
            " AND key <> $1 AND expires >= $7",
            sql::again!(),
        ),
        concat!(
            "INSERT INTO rocket_sessions \
             (key, fields, created, seen, expires, owner, family, origin) \
             VALUES ($1, $2, $3, $4, $5, $6, COALESCE(",
            sql::family_of!("$9", "$7"),
            ", $8), $1) \
             ON CONFLICT (family) DO UPDATE SET key = excluded.key, fields = excluded.fields, \
             created = excluded.created, seen = excluded.seen, expires = excluded.expires, \
             owner = excluded.owner, origin = excluded.origin \
             WHERE rocket_sessions.key <> $1 AND rocket_sessions.family = ",
            sql::family_of!("$9", "$7"),
        ),
    ];

    const LOAD: &str = "SELECT fields, created, seen, expires, owner FROM rocket_sessions \
         WHERE key = $1 AND expires >= $2";

    const PATCH: Words =
        &[
            concat!(
                "UPDATE rocket_sessions SET ",
                changes!(),
                " WHERE key = $1 AND expires >= $10",
            ),
        ];

    const FOLLOW: Words = &[concat!(
        "UPDATE rocket_sessions SET ",
        changes!(),
        " FROM rocket_sessions_former AS former \
         WHERE former.key = $1 AND former.until >= $10 \
         AND rocket_sessions.family = former.family \
         AND ($11 OR rocket_sessions.origin = former.origin) AND rocket_sessions.expires >= $10",
    )];

    const RENAME: Words = &[
        concat!(
            sql::remember!(),
            "SELECT key, family, origin, $12 FROM rocket_sessions \
             WHERE key = $1 AND expires >= $10",
            sql::again!(),
        ),
        concat!(
            "UPDATE rocket_sessions SET ",
            changes!(),
            ", key = $11 WHERE key = $1 AND expires >= $10",
        ),
    ];

    const DESTROY: Words = &[
        sql::FREE,
        concat!(
            sql::remember!(),
            "SELECT key, family, origin, $3 FROM rocket_sessions WHERE family = ",
            sql::family_of!("$1", "$2"),
            " AND expires >= $2 AND ($4 IS NULL OR owner = $4)",
            sql::again!(),
        ),
        concat!(
            "DELETE FROM rocket_sessions WHERE family = ",
            sql::family_of!("$1", "$2"),
            " AND expires >= $2 AND ($4 IS NULL OR owner = $4)",
        ),
    ];

    const DESTROY_ALL_OF: Words = &[
        concat!(
            sql::remember!(),
            "SELECT key, family, origin, $3 FROM rocket_sessions \
             WHERE owner = $1 AND expires >= $2",
            sql::again!(),
        ),
        "DELETE FROM rocket_sessions WHERE owner = $1",
    ];

    const DESTROY_OTHERS_OF: Words = &[
        concat!(
            sql::remember!(),
            "SELECT key, family, origin, $3 FROM rocket_sessions \
             WHERE owner = $1 AND expires >= $2 AND family IS NOT ",
            sql::family_of!("$4", "$2"),
            sql::again!(),
        ),
        concat!(
            "DELETE FROM rocket_sessions WHERE owner = $1 AND family IS NOT ",
            sql::family_of!("$4", "$2"),
        ),
    ];

    const PURGE: Words = &["DELETE FROM rocket_sessions WHERE key IN \
         (SELECT key FROM rocket_sessions WHERE expires < $1 LIMIT $2)"];

    const FORGET: Words = &["DELETE FROM rocket_sessions_former WHERE key IN \
         (SELECT key FROM rocket_sessions_former WHERE until < $1 LIMIT $2)"];

    /// Runs statements that write, in one step, and says how many rows the last
    /// of them wrote.
    async fn write(
        &self,
        words: Words,
        bind: impl Fn(&'static str) -> Statement,
    ) -> Result<u64, sqlx::Error> {
        let mut statements: Vec<Statement> = words.iter().map(|words| bind(words)).collect();
        let turn = Arc::clone(&self.turn).lock_owned().await;
        let pool = self.pool.clone();
        // SQLite cannot be interrupted. If the caller is, the statements still
        // keep their turn until they are done, so that those who wait for a
        // file that is locked take one connection and not all of them.
        let written = run(async move {
            let written = match statements.pop() {
                Some(only) if statements.is_empty() => only.execute(&pool).await,
                Some(last) => write_all(&pool, statements, last).await,
                None => Ok(SqliteQueryResult::default()),
            };
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

/// Runs statements in a transaction that begins as a writer: one that read
/// first could find that another process wrote meanwhile, and would fail.
async fn write_all(
    pool: &SqlitePool,
    first: Vec<Statement>,
    last: Statement,
) -> Result<SqliteQueryResult, sqlx::Error> {
    let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await?;
    let written = async {
        for statement in first {
            statement.execute(&mut *transaction).await?;
        }
        last.execute(&mut *transaction).await
    };
    match written.await {
        Ok(written) => transaction.commit().await.map(|()| written),
        Err(error) => {
            // Before the turn passes on. What counts is the first error.
            let _ = transaction.rollback().await;
            Err(error)
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Whatever is looked for, no table is read from one end to the other.
    #[tokio::test]
    async fn every_statement_uses_indexes() {
        let store = Sqlite::open("sqlite::memory:").unwrap();
        assert!(store.prepare(false).await.unwrap().is_empty());
        let writes = [
            Sqlite::FREE,
            Sqlite::CREATE,
            Sqlite::CREATE_IN_PLACE,
            Sqlite::PATCH,
            Sqlite::FOLLOW,
            Sqlite::RENAME,
            Sqlite::DESTROY,
            Sqlite::DESTROY_ALL_OF,
            Sqlite::DESTROY_OTHERS_OF,
            Sqlite::PURGE,
            Sqlite::FORGET,
        ];
        let reads = [Sqlite::LOAD, sql::FORMER, sql::LIST];
        for words in writes.into_iter().flatten().chain(&reads) {
            let plan = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {words}"));
            let steps: Vec<(i64, i64, i64, String)> =
                sqlx::query_as(plan).fetch_all(&store.pool).await.unwrap();
            for (.., step) in steps {
                assert!(!step.contains("SCAN rocket_sessions"), "{step}: {words}");
                assert!(!step.contains("SCAN former"), "{step}: {words}");
            }
        }
    }
}
