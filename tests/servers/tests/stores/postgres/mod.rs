//! Sessions in PostgreSQL.

mod connections;
mod launch;

use std::sync::Arc;
use std::time::{Duration, Instant};

use rocket::tokio::task::JoinSet;
use rocket::tokio::time::sleep;
use session_runtime::store::{Loaded, Patch, Postgres, Store, Verdict};
use session_server_tests::postgres::PostgresServer;
use session_tests::{HOUR, NOW, log};
use sqlx::{Connection, PgConnection, PgPool};

use crate::following;
use crate::load;
use crate::sql::{create, fill, key, loaded, purges_in_batches, session, set};

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
    session_store_contract::check_with(Postgres::open(&server.url()).unwrap(), load()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pool_of_the_application_keeps_the_contract() {
    let Some(server) = PostgresServer::start(&["fsync=off"]) else { return };
    let pool = PgPool::connect(&server.url()).await.unwrap();
    session_store_contract::check_with(Postgres::from_pool(pool), load().rounds(20).races(100))
        .await;
}

/// As the server counts them.
#[tokio::test]
async fn each_call_is_one_statement() {
    let Some(server) = PostgresServer::start(&["log_statement=all"]) else { return };
    let store = open(&server).await;
    // The first makes the connection.
    let _ = store.load(&key(0), NOW).await.unwrap();
    let mut owned = session(&[("a", "1")]);
    owned.owner = Some("\"zoe\"".into());
    let mut filing = set(&[("b", "2")]);
    filing.owner = Some(Some("\"mia\"".into()));
    let touch = Patch::new(NOW, NOW + HOUR);
    let mut before = statements(&server);
    let mut one = |call: &str| {
        let after = statements(&server);
        assert_eq!(after - before, 1, "{call}: {}", server.log());
        before = after;
    };
    create(&store, 1, &owned).await;
    one("create");
    assert!(loaded(&store, 1).await.is_some());
    one("load");
    assert_eq!(store.patch(&key(1), &filing, NOW).await.unwrap(), Verdict::Done);
    one("patch with the owner");
    assert_eq!(store.rename(&key(1), &key(2), &touch, NOW).await.unwrap(), Verdict::Done);
    one("rename");
    assert_eq!(store.rename(&key(1), &key(3), &touch, NOW).await.unwrap(), Verdict::Gone);
    one("rename, gone");
    let in_place = store.create(&key(3), &owned, Some(&key(1)), NOW).await.unwrap();
    assert_eq!(in_place, Verdict::Done);
    one("create in place");
    assert_eq!(store.list("\"zoe\"", NOW).await.unwrap().len(), 1);
    one("list");
    assert!(store.destroy(&key(1), None, NOW).await.unwrap());
    one("destroy");
    assert_eq!(store.destroy_others_of("\"mia\"", &key(2), NOW).await.unwrap(), 0);
    one("destroy_others_of");
    assert_eq!(store.destroy_oldest_of("\"mia\"", &key(2), 1, NOW).await.unwrap(), 0);
    one("destroy_oldest_of");
    assert_eq!(store.destroy_all_of("\"mia\"", NOW).await.unwrap(), 0);
    one("destroy_all_of");
    create(&store, 4, &owned).await;
    one("create");
    assert_eq!(store.create(&key(4), &owned, None, NOW + 2 * HOUR).await.unwrap(), Verdict::Done);
    one("create under a key that is free again");
}

/// Only these calls look at the keys that are remembered.
#[tokio::test]
async fn a_former_key_is_a_second_statement() {
    let Some(server) = PostgresServer::start(&["log_statement=all"]) else { return };
    let store = open(&server).await;
    create(&store, 1, &session(&[("a", "1")])).await;
    let touch = Patch::new(NOW, NOW + HOUR);
    assert_eq!(store.rename(&key(1), &key(2), &touch, NOW).await.unwrap(), Verdict::Done);
    let mut before = statements(&server);
    let mut two = |call: &str| {
        let after = statements(&server);
        assert_eq!(after - before, 2, "{call}: {}", server.log());
        before = after;
    };
    assert_eq!(store.load(&key(1), NOW).await.unwrap(), Loaded::Former);
    two("load, former");
    assert_eq!(store.load(&key(3), NOW).await.unwrap(), Loaded::Nothing);
    two("load, nothing");
    assert_eq!(store.patch(&key(1), &touch, NOW).await.unwrap(), Verdict::Followed);
    two("patch, followed");
    assert_eq!(store.patch(&key(3), &touch, NOW).await.unwrap(), Verdict::Gone);
    two("patch, gone");
    let taken = store.create(&key(2), &session(&[]), None, NOW).await.unwrap();
    assert_eq!(taken, Verdict::Taken);
    two("create, taken");
    store.purge_expired(NOW).await.unwrap();
    two("purge_expired");
}

/// As the server logs them.
fn statements(server: &PostgresServer) -> usize {
    let log = server.log();
    let of = |line: &&str| line.contains("LOG:  execute") || line.contains("LOG:  statement");
    log.lines().filter(of).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn follows_renewed_and_ended_sessions() {
    let Some(server) = PostgresServer::start(&["fsync=off"]) else { return };
    following::check(&Arc::new(open(&server).await), 2_000).await;
}

/// Each of two that end an owner's sessions waits for the other's rows, while
/// these move.
#[tokio::test(flavor = "multi_thread")]
async fn ends_of_an_owners_sessions_do_not_lock_each_other_out() {
    let Some(server) = PostgresServer::start(&["fsync=off"]) else { return };
    let store = Arc::new(open(&server).await);
    let mut next = 0;
    for _ in 0..40 {
        let mut calls = JoinSet::new();
        for _ in 0..24 {
            let mut record = session(&[("a", "1")]);
            record.owner = Some("\"zoe\"".into());
            create(&*store, next, &record).await;
            let (store, n) = (Arc::clone(&store), next);
            calls.spawn(async move {
                let touch = Patch::new(NOW, NOW + HOUR);
                let _ = store.rename(&key(n), &key(n + 1), &touch, NOW).await.unwrap();
                0
            });
            next += 2;
        }
        for _ in 0..4 {
            let store = Arc::clone(&store);
            calls.spawn(async move { store.destroy_all_of("\"zoe\"", NOW).await.unwrap() });
        }
        assert_eq!(calls.join_all().await.into_iter().sum::<u64>(), 24);
    }
    assert!(!server.log().contains("deadlock"));
}

#[tokio::test]
async fn all_that_is_looked_for_has_an_index() {
    let Some(server) = PostgresServer::start(&["fsync=off"]) else { return };
    let store = open(&server).await;
    fill(&store, 3000).await;
    let touch = Patch::new(NOW, NOW + HOUR);
    for n in 0..3000 {
        let renamed = store.rename(&key(n), &key(n + 3000), &touch, NOW).await.unwrap();
        assert_eq!(renamed, Verdict::Done);
    }
    let mut other = look(&server).await;
    sqlx::raw_sql("ANALYZE").execute(&mut other).await.unwrap();
    // A connection reports what it did at its end.
    drop(store);
    ended(&mut other).await;
    sqlx::raw_sql("SELECT pg_stat_reset()").execute(&mut other).await.unwrap();
    let store = open(&server).await;
    assert_eq!(store.load(&key(1), NOW).await.unwrap(), Loaded::Former);
    assert!(loaded(&store, 3001).await.is_some());
    assert_eq!(store.patch(&key(1), &touch, NOW).await.unwrap(), Verdict::Followed);
    let mut owned = session(&[("a", "1")]);
    owned.owner = Some("7".into());
    let in_place = store.create(&key(6000), &owned, Some(&key(3)), NOW).await.unwrap();
    assert_eq!(in_place, Verdict::Done);
    assert!(store.destroy(&key(1), None, NOW).await.unwrap());
    assert!(store.destroy(&key(2), Some("2"), NOW).await.unwrap());
    assert_eq!(store.destroy_others_of("7", &key(7), NOW).await.unwrap(), 1);
    assert_eq!(store.destroy_all_of("7", NOW).await.unwrap(), 1);
    assert_eq!(store.purge_expired(NOW).await.unwrap(), 0);
    drop(store);
    ended(&mut other).await;
    let used = "SELECT indexrelname FROM pg_stat_user_indexes WHERE idx_scan > 0 ORDER BY 1";
    let used: Vec<String> = sqlx::query_scalar(used).fetch_all(&mut other).await.unwrap();
    let expected = [
        "rocket_sessions_expires",
        "rocket_sessions_family_key",
        "rocket_sessions_former_pkey",
        "rocket_sessions_former_until",
        "rocket_sessions_owner",
        "rocket_sessions_pkey",
    ];
    assert_eq!(used, expected);
    let read = "SELECT relname FROM pg_stat_user_tables \
         WHERE seq_scan > 0 AND relname <> 'rocket_sessions_version'";
    let read: Vec<String> = sqlx::query_scalar(read).fetch_all(&mut other).await.unwrap();
    assert_eq!(read, [""; 0], "these were read from one end to the other");
}

/// Waits for the end of all connections but this one.
async fn ended(other: &mut PgConnection) {
    let mut tries = 0;
    while connections(other).await > 0 {
        tries += 1;
        assert!(tries < 500, "there are connections still");
        sleep(Duration::from_millis(10)).await;
    }
}

/// How many connections the server has, but for the one that asks.
async fn connections(other: &mut PgConnection) -> i64 {
    let count = "SELECT count(*) FROM pg_stat_activity \
         WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()";
    sqlx::query_scalar(count).fetch_one(other).await.unwrap()
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
    assert_eq!(loaded(&store, 1).await.unwrap().fields.len(), 2);
    assert!(!log::take().iter().any(|line| line.target == "sqlx::query"));
    assert!(!log::everything().iter().any(|line| line.text.contains("hidden")));
    // Nor by the server, if a write fails.
    assert_eq!(store.create(&key(2), &session(&[]), None, NOW).await.unwrap(), Verdict::Done);
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
