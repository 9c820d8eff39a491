//! How statements are run: one writer at a time, and each to its end.

use std::sync::Arc;

use sqlx::query::{Query, QueryAs};
use sqlx::sqlite::{SqliteArguments, SqliteQueryResult, SqliteRow};
use sqlx::{FromRow, SqlitePool};

use super::{Sqlite, Words};

type Statement = Query<'static, sqlx::Sqlite, SqliteArguments>;

impl Sqlite {
    /// Runs statements that write, in one step, and says how many rows the last
    /// of them wrote.
    pub(super) async fn write(
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
