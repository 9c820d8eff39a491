//! Sessions in PostgreSQL.
//!
//! A load is one statement. So is each write, unless it has to follow a key that
//! was renamed. A write reads nothing first: the server applies the patch to the
//! newest version of the row, under the row's lock, even if two patches meet. That
//! needs the isolation level `READ COMMITTED`, which [`open`](Postgres::open) asks
//! for.
//!
//! A statement that waits for a row checks its condition again on the newest
//! version of it. So a patch that waited for a rename finds no session under the
//! old key. The next statement finds where the key leads, because the rename has
//! remembered the key in the same step. A statement that looks for a family finds
//! the row under whatever key it is.
//!
//! # Connections
//!
//! - A connection that was idle for more than a second is tested before it is
//!   used. So the restart of a server fails only the requests that run at that
//!   moment, and a busy pool pays nothing for the test.
//! - A request that is given up may leave a statement behind that the server is
//!   still working on: it may wait for a lock, for example. The connection is not
//!   used again until the server is done, and not replaced either: requests that
//!   are given up must not fill the server with connections. The server gives up
//!   after 5 seconds. If it has not answered by then, it counts as lost.

mod statements;

use std::pin::Pin;
use std::str::FromStr;
use std::sync::LazyLock;
use std::time::Duration;
use std::{fmt, io};

use sqlx::postgres::{PgArguments, PgConnectOptions, PgPoolOptions, PgRow};
use sqlx::query::{Query, QueryAs};
use sqlx::{ConnectOptions, Connection, FromRow, PgConnection, PgPool, PgTransaction};
use tokio::time::timeout;

use super::{Count, Follow, Key, Listed, Loaded, Patch, Record, Store, StoreError, Verdict, sql};

/// Keeps sessions in PostgreSQL, in the tables `rocket_sessions` and
/// `rocket_sessions_former`. The launch makes them, in the first schema of the
/// connection's `search_path`.
///
/// ```
/// use session_runtime::{Sessions, store::Postgres};
///
/// // The same as `store = "postgres://app@localhost/shop"` in the configuration.
/// let sessions = Sessions::fairing().store(Postgres::open("postgres://app@localhost/shop")?);
/// # drop(sessions);
/// # Ok::<(), session_runtime::store::StoreError>(())
/// ```
pub struct Postgres {
    /// Made when it is first used: a pool starts tasks, and `open` may be called
    /// before there is a runtime.
    pool: LazyLock<PgPool, Box<dyn FnOnce() -> PgPool + Send>>,
}

/// The most connections. Each is held for well under a millisecond, so these carry
/// thousands of requests a second. Several processes fit into the 100 connections
/// of a server.
const CONNECTIONS: u32 = 10;

/// How long the launch waits for a server that is starting. Requests have a
/// shorter deadline of their own.
const ACQUIRE: Duration = Duration::from_secs(5);

/// How long the server may work on a statement.
const STATEMENT: Duration = Duration::from_secs(5);

/// After this long without an answer, the server counts as lost.
const PATIENCE: Duration = Duration::from_secs(6);

/// A connection that was idle for this long is tested before it is used.
const RESTED: Duration = Duration::from_secs(1);

/// How long that test may take.
const ANSWER: Duration = Duration::from_millis(250);

/// Begins a migration. Migrations wait for each other at an advisory lock, whose
/// number is "sessions" in ASCII. The lock ends with the transaction. The isolation
/// level is given, because the pool's default may be stricter: the transaction
/// would then see the database as it was before it waited, and make the tables a
/// second time.
const BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED; \
     SELECT pg_advisory_xact_lock(8315179226536832627)";

type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A write is one statement.
type Words = &'static str;

impl Postgres {
    /// Opens the database of a URL, `postgres://user:password@host:5432/database`.
    /// Parts that it leaves out are taken from the environment, as by `psql`. No
    /// connection is made before the launch.
    ///
    /// With the feature `tls`, `?sslmode=verify-full` connects over TLS and checks the
    /// server's certificate and its name, against the authorities of the system and
    /// those in the file `&sslrootcert=/path/ca.pem`. A certificate of the
    /// application's own is `&sslcert=…&sslkey=…`.
    ///
    /// # Errors
    ///
    /// If it is not such a URL.
    pub fn open(url: &str) -> Result<Postgres, StoreError> {
        let unreadable = |why: &dyn fmt::Display| {
            StoreError::new(format_args!(
                "the URL of the PostgreSQL database is refused: {why}. Write \
                 `postgres://user:password@host:5432/database`, and in the password `%40` for \
                 `@`, `%2F` for `/`, `%23` for `#`, `%3F` for `?`"
            ))
        };
        if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            return Err(unreadable(&"it does not begin with `postgres://`"));
        }
        let statement_timeout = STATEMENT.as_millis().to_string();
        let options = PgConnectOptions::from_str(url)
            .map_err(|error| unreadable(&error))?
            .options([
                ("default_transaction_isolation", "read committed"),
                ("statement_timeout", &statement_timeout),
            ])
            .disable_statement_logging();
        let pool = PgPoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(ACQUIRE)
            .test_before_acquire(false)
            .before_acquire(|connection, rest| {
                Box::pin(async move {
                    let fresh = rest.idle_for < RESTED;
                    Ok(fresh || matches!(timeout(ANSWER, connection.ping()).await, Ok(Ok(()))))
                })
            });
        Ok(Postgres { pool: LazyLock::new(Box::new(|| pool.connect_lazy_with(options))) })
    }

    /// Uses a pool that the application has made. All settings are the pool's: the
    /// deadlines, how many connections there are, whether statements are logged.
    #[must_use]
    pub fn from_pool(pool: PgPool) -> Postgres {
        Postgres { pool: LazyLock::new(Box::new(|| pool)) }
    }

    /// Runs a statement that writes, and returns how many rows it wrote.
    async fn write(
        &self,
        words: Words,
        bind: impl Fn(&'static str) -> Query<'static, sqlx::Postgres, PgArguments>,
    ) -> Result<u64, sqlx::Error> {
        let statement = bind(words);
        let written = self.run(|connection| Box::pin(statement.execute(connection))).await;
        written.map(|written| written.rows_affected())
    }

    async fn rows<T>(
        &self,
        query: QueryAs<'static, sqlx::Postgres, T, PgArguments>,
    ) -> Result<Vec<T>, sqlx::Error>
    where
        T: for<'r> FromRow<'r, PgRow> + Send + Unpin + 'static,
    {
        self.run(|connection| Box::pin(query.fetch_all(connection))).await
    }

    /// Runs a statement to its end, even if the caller is dropped meanwhile.
    async fn run<T: Send + 'static>(
        &self,
        statement: impl for<'c> FnOnce(&'c mut PgConnection) -> BoxFuture<'c, Result<T, sqlx::Error>>
        + Send
        + 'static,
    ) -> Result<T, sqlx::Error> {
        let mut connection = self.pool.acquire().await?;
        let run = async move {
            let done = timeout(PATIENCE, statement(&mut connection)).await;
            done.unwrap_or_else(|_| {
                // Otherwise the pool would wait for the connection for ever.
                drop(connection.detach());
                Err(io::Error::from(io::ErrorKind::TimedOut).into())
            })
        };
        tokio::spawn(run).await.map_err(|_| sqlx::Error::WorkerCrashed)?
    }

    /// A transaction in which no other process makes tables.
    async fn begin(&self) -> Result<PgTransaction<'static>, StoreError> {
        let error = match self.pool.begin_with(BEGIN).await {
            Ok(transaction) => return Ok(transaction),
            Err(sqlx::Error::PoolTimedOut) => self.refusal().await,
            Err(error) => error,
        };
        let error = error.to_string();
        let next = next(&error).unwrap_or("Start it, or correct the URL.");
        Err(StoreError::new(format_args!("PostgreSQL cannot be reached: {error}. {next}")))
    }

    /// Why no connection can be made. The pool waits while a server refuses
    /// connections, because the server may be starting. When the pool gives up, it
    /// does not say why it was refused, so this connects once more.
    async fn refusal(&self) -> sqlx::Error {
        let options = self.pool.connect_options();
        let connected = timeout(RESTED, options.connect()).await;
        connected.ok().and_then(Result::err).unwrap_or(sqlx::Error::PoolTimedOut)
    }

    async fn warnings(&self, _release: bool) -> Result<Vec<String>, StoreError> {
        let (fsync, commit, isolation, encoding): (String, String, String, String) =
            sqlx::query_as(
                "SELECT current_setting('fsync'), current_setting('synchronous_commit'), \
                 current_setting('default_transaction_isolation'), \
                 current_setting('server_encoding')",
            )
            .fetch_one(&*self.pool)
            .await
            .map_err(failed)?;
        if encoding != "UTF8" {
            return Err(StoreError::new(format_args!(
                "the database's encoding is {encoding}, which cannot hold every session. Make \
                 one with `CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0`"
            )));
        }
        let mut warnings = Vec::new();
        if fsync == "off" {
            warnings.push(
                "PostgreSQL runs with `fsync = off`: a crash of its machine can destroy all \
                 sessions. Type `ALTER SYSTEM SET fsync = on; SELECT pg_reload_conf();`."
                    .into(),
            );
        }
        if commit == "off" {
            warnings.push(
                "PostgreSQL runs with `synchronous_commit = off`: a crash can take back the last \
                 writes, and a session that was ended comes back. Type `ALTER SYSTEM SET \
                 synchronous_commit = on; SELECT pg_reload_conf();`."
                    .into(),
            );
        }
        if isolation != "read committed" {
            warnings.push(format!(
                "The pool's transactions are `{isolation}`: of two requests that change a session \
                 at once, one fails. Type `.options([(\"default_transaction_isolation\", \
                 \"read committed\")])` in the pool's options."
            ));
        }
        Ok(warnings)
    }
}

/// What to do about TLS that fails.
fn next(error: &str) -> Option<&'static str> {
    #[cfg(feature = "tls")]
    return super::certificate::next(error);
    #[cfg(not(feature = "tls"))]
    return error
        .contains("built without TLS")
        .then_some("Type `cargo add session-runtime --features tls`.");
}

/// Shows no settings: a password is among them.
impl fmt::Debug for Postgres {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Postgres").finish_non_exhaustive()
    }
}

fn failed(error: sqlx::Error) -> StoreError {
    StoreError::new(format_args!("PostgreSQL failed: {error}"))
}

sql::store!(Postgres);
