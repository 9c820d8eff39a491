//! Who signs in more often than sessions are allowed: 64 sign-ins at once, over each
//! store.

use std::sync::Arc;
use std::time::Instant;

use rocket::tokio::task::JoinSet;
use session_runtime::store::{Key, Loaded, Memory, Postgres, Redis, Sqlite, Store, Verdict};
use session_server_tests::postgres::PostgresServer;
use session_server_tests::redis::{RedisCluster, RedisServer};
use session_server_tests::{folder, text};
use session_tests::NOW;

use crate::sql::{key, session};

const MOST: usize = 5;
const SIGN_INS: u64 = 64;

/// Files a session, as last seen some seconds ago, and ends what is too much.
async fn sign_in(store: &impl Store, n: u64, owner: &str, ago: u64) -> u64 {
    let mut record = session(&[("rest", "1")]);
    (record.owner, record.seen) = (Some(owner.to_owned()), NOW - ago);
    assert_eq!(store.create(&key(n), &record, None, NOW).await.unwrap(), Verdict::Done);
    store.destroy_oldest_of(owner, &key(n), MOST, NOW).await.unwrap()
}

async fn left(store: &impl Store, owner: &str) -> Vec<Key> {
    store.list(owner, NOW).await.unwrap().iter().map(|one| one.key).collect()
}

async fn leaves_five_of_64<S: Store>(what: &str, store: &Arc<S>, rounds: u64) {
    let start = Instant::now();
    for round in 0..rounds {
        let (mut sign_ins, owner, first) = (JoinSet::new(), round.to_string(), round << 16);
        for n in 0..SIGN_INS {
            let (store, owner) = (Arc::clone(store), owner.clone());
            sign_ins.spawn(async move { sign_in(&*store, first + n, &owner, 0).await });
        }
        let ended: u64 = sign_ins.join_all().await.into_iter().sum();
        let left = left(&**store, &owner).await;
        assert_eq!((left.len(), ended), (MOST, SIGN_INS - 5), "{what}, round {round}");
        for n in (0..SIGN_INS).filter(|n| !left.contains(&key(first + n))) {
            assert_eq!(store.load(&key(first + n), NOW).await.unwrap(), Loaded::Former);
        }
    }
    println!("{what}: {rounds} times, {MOST} of {SIGN_INS} sign-ins at once are left, in {:?}.", {
        start.elapsed()
    });
}

/// Whatever the clock of its machine says.
async fn the_latest_sign_in_stays(store: &impl Store) {
    for n in 0..20 {
        let number = 1 << 32 | n;
        sign_in(store, number, "\"zoe\"", n).await;
        let left = left(store, "\"zoe\"").await;
        assert!(left.contains(&key(number)), "{n}");
        assert_eq!(left.len() as u64, 5.min(n + 1));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn in_memory() {
    let store = Arc::new(Memory::new());
    leaves_five_of_64("Memory", &store, 20).await;
    the_latest_sign_in_stays(&*store).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_sqlite() {
    let folder = folder();
    let file = text(&folder.path().join("sessions.db")).to_owned();
    let store = Arc::new(Sqlite::open(&format!("sqlite://{file}")).unwrap());
    store.prepare(false).await.unwrap();
    leaves_five_of_64("SQLite", &store, 20).await;
    the_latest_sign_in_stays(&*store).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_postgres() {
    let Some(server) = PostgresServer::start(&["fsync=off"]) else { return };
    let store = Arc::new(Postgres::open(&server.url()).unwrap());
    store.prepare(false).await.unwrap();
    leaves_five_of_64("PostgreSQL", &store, 20).await;
    the_latest_sign_in_stays(&*store).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_redis() {
    let Some(server) = RedisServer::start() else { return };
    let store = Arc::new(Redis::open(&server.url()).unwrap());
    store.prepare(false).await.unwrap();
    leaves_five_of_64("Redis", &store, 20).await;
    the_latest_sign_in_stays(&*store).await;
}

/// There, of sign-ins within a second, any five are left.
#[tokio::test(flavor = "multi_thread")]
async fn in_a_redis_cluster() {
    let Some(cluster) = RedisCluster::start() else { return };
    let store = Arc::new(Redis::open(&cluster.url()).unwrap());
    store.prepare(false).await.unwrap();
    leaves_five_of_64("A Redis cluster", &store, 3).await;
}
