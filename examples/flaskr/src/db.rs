//! The database: its tables are made at start-up.

use std::str::FromStr;

use rocket::fairing::{AdHoc, Fairing};
use rocket::serde::Serialize;
use rocket::{Request, State, error};
use session_runtime::FromSession;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqliteRow};
use sqlx::{FromRow, Row};

/// What handlers take.
pub(crate) type Db = State<SqlitePool>;

/// Opens the file, and makes the tables that it does not have.
pub(crate) fn fairing(url: String) -> impl Fairing {
    AdHoc::try_on_ignite("Database", |rocket| async move {
        match open(&url).await {
            Ok(pool) => Ok(rocket.manage(pool)),
            Err(why) => {
                error!("The database `{url}` cannot be opened: {why}.");
                Err(rocket)
            }
        }
    })
}

async fn open(url: &str) -> Result<SqlitePool, sqlx::Error> {
    let options = SqliteConnectOptions::from_str(url)?
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal);
    let pool = SqlitePool::connect_with(options).await?;
    sqlx::raw_sql(include_str!("schema.sql")).execute(&pool).await?;
    Ok(pool)
}

/// Who is signed in, without the password: pages show it.
#[derive(Serialize)]
#[serde(crate = "rocket::serde")]
pub(crate) struct User {
    pub(crate) id: i64,
    pub(crate) username: String,
}

#[rocket::async_trait]
impl FromSession<i64> for User {
    type Error = sqlx::Error;

    async fn from_session(id: &i64, request: &Request<'_>) -> Result<Option<User>, sqlx::Error> {
        let db = request.rocket().state::<SqlitePool>().expect("managed by the fairing");
        let name = sqlx::query_scalar("SELECT username FROM user WHERE id = ?").bind(id);
        let name: Option<String> = name.fetch_optional(db).await?;
        Ok(name.map(|username| User { id: *id, username }))
    }
}

/// A post, and its author's name.
#[derive(Serialize)]
#[serde(crate = "rocket::serde")]
pub(crate) struct Post {
    pub(crate) id: i64,
    pub(crate) author_id: i64,
    pub(crate) username: String,
    pub(crate) created: String,
    pub(crate) title: String,
    pub(crate) body: String,
}

// By hand: sqlx's derive compiles SQLite a second time.
impl<'r> FromRow<'r, SqliteRow> for Post {
    fn from_row(row: &'r SqliteRow) -> Result<Post, sqlx::Error> {
        Ok(Post {
            id: row.try_get("id")?,
            author_id: row.try_get("author_id")?,
            username: row.try_get("username")?,
            created: row.try_get("created")?,
            title: row.try_get("title")?,
            body: row.try_get("body")?,
        })
    }
}
