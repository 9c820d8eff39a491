//! What is about all sessions, over each store: each has nothing else in it.

use session_runtime::store::{Memory, Postgres, Redis, Sqlite, Store};
use session_server_tests::folder;
use session_server_tests::postgres::PostgresServer;
use session_server_tests::redis::{RedisCluster, RedisServer};
use session_server_tests::text;
use session_store_contract::check_alone;
use session_tests::{HOUR, NOW};

use crate::load;
use crate::redis::{key, living, record};
use crate::sql::{create, session};

#[tokio::test(flavor = "multi_thread")]
async fn of_memory() {
    check_alone(Memory::new(), load()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sqlite() {
    let folder = folder();
    let url = format!("sqlite://{}", text(&folder.path().join("sessions.db")));
    check_alone(Sqlite::open(&url).unwrap(), load()).await;
    more_than_a_statement_ends(&Sqlite::open(&url).unwrap()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_postgres() {
    let Some(server) = PostgresServer::start(&["fsync=off"]) else { return };
    check_alone(Postgres::open(&server.url()).unwrap(), load()).await;
    more_than_a_statement_ends(&Postgres::open(&server.url()).unwrap()).await;
}

/// They end a thousand at a time.
async fn more_than_a_statement_ends(store: &impl Store) {
    for n in 0..2_100 {
        create(store, n, &session(&[("a", "1")])).await;
    }
    assert_eq!(store.count(NOW).await.unwrap().sessions, 2_100);
    assert_eq!(store.destroy_all(NOW).await.unwrap(), 2_100);
    assert_eq!(store.count(NOW).await.unwrap().sessions, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_redis() {
    let Some(server) = RedisServer::start() else { return };
    check_alone(Redis::open(&server.url()).unwrap(), load()).await;
    assert_eq!(living(&server), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_redis_cluster() {
    let Some(cluster) = RedisCluster::start() else { return };
    check_alone(Redis::open(&cluster.url()).unwrap(), load()).await;
    // More than a machine names at once.
    let store = Redis::open(&cluster.url()).unwrap();
    store.prepare(false).await.unwrap();
    for n in 0..4_000 {
        let verdict = store.create(&key(n), &record(Some("1")), None, NOW).await;
        assert_eq!(verdict.unwrap(), session_runtime::store::Verdict::Done);
    }
    let count = store.count(NOW).await.unwrap();
    assert_eq!((count.sessions, count.owners), (4_000, 1));
    assert_eq!(store.count(NOW + HOUR + 1).await.unwrap().sessions, 0);
    assert_eq!(store.destroy_all(NOW).await.unwrap(), 4_000);
    for server in cluster.servers() {
        assert_eq!(living(server), 0);
    }
}

/// What else is in the same Redis stays, whatever its name.
#[tokio::test]
async fn only_sessions_of_the_prefix_end() {
    let Some(server) = RedisServer::start() else { return };
    let url = server.url();
    let open = |prefix: &str| Redis::open(&url).unwrap().prefix(prefix);
    let stores = [open("shop"), open("s*"), open("*")];
    for store in &stores {
        store.prepare(false).await.unwrap();
        let verdict = store.create(&key(1), &record(None), None, NOW).await.unwrap();
        assert_eq!(verdict, session_runtime::store::Verdict::Done);
    }
    for store in &stores {
        assert_eq!(store.count(NOW).await.unwrap().sessions, 1);
    }
    assert_eq!(stores[2].destroy_all(NOW).await.unwrap(), 1);
    assert_eq!(stores[1].destroy_all(NOW).await.unwrap(), 1);
    assert_eq!(stores[0].count(NOW).await.unwrap().sessions, 1);
}
