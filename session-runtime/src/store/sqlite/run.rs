//! Runs statements: one writer at a time, and each statement to its end.

use std::sync::Arc;

use sqlx::query::{Query, QueryAs};
use sqlx::sqlite::{SqliteArguments, SqliteQueryResult, SqliteRow};
use sqlx::{FromRow, SqlitePool};

use super::{Sqlite, Words};

type Statement = Query<'static, sqlx::Sqlite, SqliteArguments>;

impl Sqlite {
    /// Runs statements that write, in one step, and returns how many rows the last
    /// of them wrote.
    pub(super) async fn write(
        &self,
        words: Words,
        bind: impl Fn(&'static str) -> Statement,
    ) -> Result<u64, sqlx::Error> {
        let mut statements: Vec<Statement> = words.iter().map(|words| bind(words)).collect();
        let turn = Arc::clone(&self.turn).lock_owned().await;
        let pool = self.pool.clone();
        // SQLite cannot be interrupted. If the caller is dropped, the statements keep
        // their turn until they are done. So writes to a file that is locked occupy
        // one connection and not all of them.
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

    pub(super) async fn rows<T>(
        &self,
        query: QueryAs<'static, sqlx::Sqlite, T, SqliteArguments>,
    ) -> Result<Vec<T>, sqlx::Error>
    where
        T: for<'r> FromRow<'r, SqliteRow> + Send + Unpin + 'static,
    {
        let pool = self.pool.clone();
        run(async move { query.fetch_all(&pool).await }).await
    }
}

/// Runs a statement to its end, even if the caller is dropped meanwhile. A call that
/// is dropped while the pool tests a connection would close the connection, and a
/// database in memory would be lost with it.
async fn run<T: Send + 'static>(
    statement: impl Future<Output = Result<T, sqlx::Error>> + Send + 'static,
) -> Result<T, sqlx::Error> {
    tokio::spawn(statement).await.map_err(|_| sqlx::Error::WorkerCrashed)?
}

/// Runs statements in a transaction that takes the lock for writing at once. A
/// transaction that begins by reading fails if another process writes meanwhile.
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
            // Roll back before the next writer's turn. The first error is the one to
            // report.
            let _ = transaction.rollback().await;
            Err(error)
        }
    }
}
