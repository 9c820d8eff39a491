//! What is found out before the program serves.

use std::time::{Duration, Instant};

use rocket::tokio::task::JoinSet;
use session_runtime::store::{Postgres, Store};
use session_server_tests::free_port;
use session_server_tests::postgres::PostgresServer;
use sqlx::PgPool;
use sqlx::postgres::PgConnectOptions;

use super::{look, open};
use crate::sql::{create, fails_with, loaded, session};

#[tokio::test(flavor = "multi_thread")]
async fn eight_processes_may_make_the_tables_at_once() {
    let Some(server) = PostgresServer::start(&["fsync=off"]) else { return };
    for _ in 0..10 {
        let drop = "DROP TABLE IF EXISTS rocket_sessions, rocket_sessions_former, \
             rocket_sessions_version";
        sqlx::raw_sql(drop).execute(&mut look(&server).await).await.unwrap();
        let mut starts = JoinSet::new();
        for n in 0..8 {
            let store = Postgres::open(&server.url()).unwrap();
            starts.spawn(async move {
                store.prepare(false).await.unwrap();
                create(&store, n, &session(&[("n", "1")])).await;
            });
        }
        while let Some(start) = starts.join_next().await {
            start.unwrap();
        }
        let store = open(&server).await;
        for n in 0..8 {
            assert!(loaded(&store, n).await.is_some());
        }
    }
}

/// Over pools of the application's own, whose transactions may see the database
/// as it was when they began.
#[tokio::test(flavor = "multi_thread")]
async fn line_53_eight_first_launches_at_any_isolation_level_all_start() {
    let Some(server) = PostgresServer::start(&["fsync=off"]) else { return };
    for level in ["repeatable read", "serializable", "read committed", "read uncommitted"] {
        let drop = "DROP TABLE IF EXISTS rocket_sessions, rocket_sessions_former, \
             rocket_sessions_version";
        sqlx::raw_sql(drop).execute(&mut look(&server).await).await.unwrap();
        let options = server.url().parse::<PgConnectOptions>().unwrap();
        let options = options.options([("default_transaction_isolation", level)]);
        let mut starts = JoinSet::new();
        for _ in 0..8 {
            let pool = PgPool::connect_with(options.clone()).await.unwrap();
            starts.spawn(async move { Postgres::from_pool(pool).prepare(false).await });
        }
        while let Some(start) = starts.join_next().await {
            start.unwrap().unwrap_or_else(|error| panic!("{level}: {error}"));
        }
        let version = "SELECT count(*) FROM rocket_sessions_version";
        let rows = sqlx::query_scalar::<_, i64>(version).fetch_one(&mut look(&server).await).await;
        assert_eq!(rows.unwrap(), 1, "{level}");
    }
}

#[tokio::test]
async fn tables_of_a_newer_version_stop_the_launch() {
    let Some(server) = PostgresServer::start(&[]) else { return };
    open(&server).await;
    let newer = "UPDATE rocket_sessions_version SET version = 99";
    sqlx::raw_sql(newer).execute(&mut look(&server).await).await.unwrap();
    let store = Postgres::open(&server.url()).unwrap();
    fails_with(store.prepare(false).await, &["rocket_sessions", "version 99", "newer"]);
}

/// An operator may make the tables, and give the application no right to.
#[tokio::test]
async fn a_role_that_may_not_make_tables_uses_those_that_are_there() {
    let Some(server) = PostgresServer::start(&[]) else { return };
    open(&server).await;
    let grant = "CREATE ROLE app LOGIN; \
         GRANT SELECT, INSERT, UPDATE, DELETE ON rocket_sessions, rocket_sessions_former TO app; \
         GRANT SELECT ON rocket_sessions_version TO app";
    sqlx::raw_sql(grant).execute(&mut look(&server).await).await.unwrap();
    let store = Postgres::open(&server.url_of("app", "postgres")).unwrap();
    store.prepare(false).await.unwrap();
    create(&store, 1, &session(&[("a", "1")])).await;
}

#[test]
fn opening_needs_no_runtime_and_no_server() {
    Postgres::open("postgres://user:secret@nowhere.invalid/db").unwrap();
}

#[test]
fn another_url_is_an_error_without_the_password() {
    let urls = ["mysql://user:secret@host/db", "postgres://user:secret/x@host/db", "secret"];
    for url in urls {
        fails_with(Postgres::open(url), &["postgres://user:password@host"]);
    }
}

#[tokio::test]
async fn a_launch_without_a_server_says_why() {
    let url = format!("postgres://user:secret@127.0.0.1:{}/db", free_port());
    let start = Instant::now();
    let store = Postgres::open(&url).unwrap();
    fails_with(store.prepare(false).await, &["cannot be reached", "refused"]);
    assert!(start.elapsed() < Duration::from_secs(8));
    let Some(server) = PostgresServer::start(&[]) else { return };
    let store = Postgres::open(&server.url_of("postgres:secret", "nowhere")).unwrap();
    fails_with(store.prepare(false).await, &["\"nowhere\" does not exist"]);
    assert!(!format!("{store:?}").contains("secret"));
}

#[tokio::test]
async fn a_server_that_can_lose_writes_is_warned_of() {
    let Some(server) = PostgresServer::start(&["fsync=off", "synchronous_commit=off"]) else {
        return;
    };
    let store = Postgres::open(&server.url()).unwrap();
    let warnings = store.prepare(true).await.unwrap();
    assert_eq!(warnings.len(), 2, "{warnings:?}");
    assert!(warnings[0].contains("fsync") && warnings[1].contains("synchronous_commit"));
    let options = server.url().parse::<PgConnectOptions>().unwrap();
    let isolation = [("default_transaction_isolation", "repeatable read")];
    let pool = PgPool::connect_with(options.options(isolation)).await.unwrap();
    let warnings = Postgres::from_pool(pool).prepare(true).await.unwrap();
    assert!(warnings[2].contains("`repeatable read`"), "{warnings:?}");
}

#[tokio::test]
async fn a_database_that_cannot_hold_every_text_stops_the_launch() {
    let Some(server) = PostgresServer::start(&[]) else { return };
    let latin = "CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0";
    sqlx::raw_sql(latin).execute(&mut look(&server).await).await.unwrap();
    let store = Postgres::open(&server.url_of("postgres", "latin")).unwrap();
    fails_with(store.prepare(false).await, &["LATIN1", "ENCODING 'UTF8'"]);
}
