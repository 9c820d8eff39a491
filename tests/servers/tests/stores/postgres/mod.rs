//! Sessions in PostgreSQL.

mod connections;
mod launch;

use std::time::{Duration, Instant};

use rocket::tokio::time::sleep;
use session_runtime::store::{Patch, Postgres, Store, Verdict, contract};
use session_server_tests::postgres::PostgresServer;
use session_tests::{HOUR, NOW, log};
use sqlx::{Connection, PgConnection, PgPool};

use crate::load;
use crate::sql::{create, fill, key, purges_in_batches, session, set};

async fn open(server: &PostgresServer) -> Postgres {
    let store = Postgres::open(&server.url()).unwrap();
    store.prepare(false).await.unwrap();
    store
}

async fn look(server: &PostgresServer) -> PgConnection {
    PgConnection::connect(&server.url()).await.unwrap()
}

/// Whatever the server's default for transactions is. Nothing here waits for
/// the disk, as no machine crashes.
#[tokio::test(flavor = "multi_thread")]
async fn keeps_the_contract() {
    let settings = ["fsync=off", "default_transaction_isolation=serializable"];
    let Some(server) = PostgresServer::start(&settings) else { return };
    contract::check_with(Postgres::open(&server.url()).unwrap(), load()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pool_of_the_application_keeps_the_contract() {
    let Some(server) = PostgresServer::start(&["fsync=off"]) else { return };
    let pool = PgPool::connect(&server.url()).await.unwrap();
    contract::check_with(Postgres::from_pool(pool), load().rounds(20).races(100)).await;
}

/// As the server counts them.
#[tokio::test]
async fn each_call_is_one_statement() {
    let Some(server) = PostgresServer::start(&["log_statement=all"]) else { return };
    let store = open(&server).await;
    // The first makes the connection.
    store.load(&key(0), NOW).await.unwrap();
    let statements = || {
        let log = server.log();
        let of = |line: &&str| line.contains("LOG:  execute") || line.contains("LOG:  statement");
        log.lines().filter(of).count()
    };
    let mut owned = session(&[("a", "1")]);
    owned.owner = Some("\"zoe\"".into());
    let mut filing = set(&[("b", "2")]);
    filing.owner = Some(Some("\"mia\"".into()));
    let touch = Patch::new(NOW, NOW + HOUR);
    let mut before = statements();
    let mut one = |call: &str| {
        let after = statements();
        assert_eq!(after - before, 1, "{call}: {}", server.log());
        before = after;
    };
    create(&store, 1, &owned).await;
    one("create");
    assert_eq!(store.create(&key(1), &owned, NOW).await.unwrap(), Verdict::Taken);
    one("create, taken");
    assert_eq!(store.create(&key(1), &owned, NOW + 2 * HOUR).await.unwrap(), Verdict::Done);
    one("create, over");
    assert!(store.load(&key(1), NOW).await.unwrap().is_some());
    one("load");
    assert_eq!(store.patch(&key(1), &filing, NOW).await.unwrap(), Verdict::Done);
    one("patch with the owner");
    assert_eq!(store.rename(&key(1), &key(2), &touch, NOW).await.unwrap(), Verdict::Done);
    one("rename");
    assert_eq!(store.list("\"mia\"", NOW).await.unwrap().len(), 1);
    one("list");
    assert!(!store.destroy_if_only(&key(2), &["a".into()], NOW).await.unwrap());
    one("destroy_if_only");
    store.destroy(&key(2)).await.unwrap();
    one("destroy");
    store.destroy_others_of("\"mia\"", &key(2)).await.unwrap();
    one("destroy_others_of");
    store.destroy_all_of("\"mia\"").await.unwrap();
    one("destroy_all_of");
    store.purge_expired(NOW).await.unwrap();
    one("purge_expired");
}

#[tokio::test]
async fn owners_and_purges_use_their_indexes() {
    let Some(server) = PostgresServer::start(&["fsync=off"]) else { return };
    let store = open(&server).await;
    fill(&store, 3000).await;
    let mut other = look(&server).await;
    sqlx::raw_sql("ANALYZE").execute(&mut other).await.unwrap();
    assert_eq!(store.destroy_all_of("7").await.unwrap(), 1);
    assert_eq!(store.purge_expired(NOW).await.unwrap(), 0);
    let scans = "SELECT indexrelname FROM pg_stat_user_indexes WHERE idx_scan > 0 ORDER BY 1";
    // The server tells when the connection that scanned is at rest.
    let mut used: Vec<String> = Vec::new();
    for _ in 0..100 {
        used = sqlx::query_scalar(scans).fetch_all(&mut other).await.unwrap();
        if used.len() >= 3 {
            break;
        }
        sleep(Duration::from_millis(100)).await;
    }
    let expected = ["rocket_sessions_expires", "rocket_sessions_owner", "rocket_sessions_pkey"];
    assert_eq!(used, expected);
}

#[tokio::test]
async fn purges_more_than_one_statement_takes() {
    let Some(server) = PostgresServer::start(&["fsync=off"]) else { return };
    purges_in_batches(&open(&server).await).await;
}

#[tokio::test]
async fn nothing_of_a_session_is_logged() {
    log::install();
    let Some(server) = PostgresServer::start(&[]) else { return };
    let store = open(&server).await;
    create(&store, 1, &session(&[("a", "\"hidden\"")])).await;
    let hidden = set(&[("b", "\"hidden\"")]);
    assert_eq!(store.patch(&key(1), &hidden, NOW).await.unwrap(), Verdict::Done);
    assert_eq!(store.load(&key(1), NOW).await.unwrap().unwrap().fields.len(), 2);
    assert!(!log::take().iter().any(|line| line.target == "sqlx::query"));
    assert!(!log::everything().iter().any(|line| line.text.contains("hidden")));
    // Nor by the server, if a write fails.
    assert_eq!(store.create(&key(2), &session(&[]), NOW).await.unwrap(), Verdict::Done);
    assert_eq!(store.rename(&key(1), &key(2), &hidden, NOW).await.unwrap(), Verdict::Taken);
    assert!(!server.log().contains("hidden"), "{}", server.log());
}

#[tokio::test]
async fn a_session_takes_less_than_a_kilobyte() {
    const SESSIONS: u64 = 5_000;
    let Some(server) = PostgresServer::start(&["fsync=off"]) else { return };
    let store = open(&server).await;
    let start = Instant::now();
    fill(&store, SESSIONS).await;
    println!("{SESSIONS} sessions made in {:?}", start.elapsed());
    let size = "SELECT pg_relation_size('rocket_sessions'), \
         pg_total_relation_size('rocket_sessions')";
    let sizes = sqlx::query_as(size).fetch_one(&mut look(&server).await).await;
    let (table, total): (i64, i64) = sizes.unwrap();
    let each = |bytes: i64| bytes.unsigned_abs() / SESSIONS;
    println!(
        "{} bytes of the table and {} with indexes for each session",
        each(table),
        each(total)
    );
    assert!(each(total) < 1024);
}
