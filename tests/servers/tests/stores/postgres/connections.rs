//! Servers that end, halt or wait, and networks that do not pass anything on.

use std::future::pending;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rocket::futures::future::join_all;
use rocket::tokio::io::copy_bidirectional;
use rocket::tokio::net::{TcpListener, TcpStream};
use rocket::tokio::select;
use rocket::tokio::sync::Notify;
use rocket::tokio::time::{sleep, timeout};
use session_runtime::store::{Loaded, Postgres, Store, Verdict};
use session_server_tests::postgres::PostgresServer;
use session_tests::NOW;
use sqlx::Connection;

use super::{connections, look, open};
use crate::sql::{SOON, create, key, loaded, patch, session};

/// The deadline of a request that is given up.
const A_MOMENT: Duration = Duration::from_millis(20);

/// After a second of rest a connection is not used unseen: no request fails.
#[tokio::test(flavor = "multi_thread")]
async fn a_restarted_server_serves_soon() {
    let Some(mut server) = PostgresServer::start(&[]) else { return };
    let store = open(&server).await;
    create(&store, 1, &session(&[("a", "1")])).await;
    // All connections are open.
    assert_eq!(load_at_once(&store, 40).await, 40);
    let rest = sleep(Duration::from_millis(1100));
    server.stop_hard();
    assert!(!matches!(timeout(A_MOMENT, store.load(&key(1), NOW)).await, Ok(Ok(_))));
    server.start_again();
    rest.await;
    let start = Instant::now();
    assert_eq!(load_at_once(&store, 40).await, 40);
    println!("40 sessions after {:?}", start.elapsed());
}

/// How many of so many loads at once succeed.
async fn load_at_once(store: &Postgres, loads: usize) -> usize {
    let key = key(1);
    let loads = (0..loads).map(|_| timeout(SOON, store.load(&key, NOW)));
    let loads = join_all(loads).await;
    loads.iter().filter(|load| matches!(load, Ok(Ok(Loaded::Session(_))))).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_halts_serves_as_soon_as_it_goes_on() {
    let Some(server) = PostgresServer::start(&[]) else { return };
    let store = open(&server).await;
    create(&store, 1, &session(&[("a", "1")])).await;
    server.pause();
    for _ in 0..30 {
        assert!(timeout(A_MOMENT, patch(&store, 1, &[("a", "2")])).await.is_err());
    }
    server.resume();
    assert_eq!(load_at_once(&store, 40).await, 40);
    assert!(connections(&mut look(&server).await).await <= 10);
}

/// As a firewall does that forgot its connections: no answer, and no end.
#[tokio::test(flavor = "multi_thread")]
async fn connections_that_are_swallowed_are_replaced() {
    let Some(server) = PostgresServer::start(&[]) else { return };
    let cut = Arc::new(Notify::new());
    let port = pass_on(server.port(), Arc::clone(&cut)).await;
    let store = Postgres::open(&server.url().replace(&server.port().to_string(), &port)).unwrap();
    store.prepare(false).await.unwrap();
    create(&store, 1, &session(&[("a", "1")])).await;
    // The pool has opened all of its connections: one on its way would not be cut.
    let mut other = look(&server).await;
    for _ in 0..50 {
        assert_eq!(load_at_once(&store, 40).await, 40);
        if connections(&mut other).await == 10 {
            break;
        }
    }
    assert_eq!(load_at_once(&store, 40).await, 40);
    cut.notify_waiters();
    let start = Instant::now();
    assert_eq!(load_at_once(&store, 40).await, 0);
    while !matches!(timeout(SOON, store.load(&key(1), NOW)).await, Ok(Ok(Loaded::Session(_)))) {
        assert!(start.elapsed() < 3 * SOON, "no session after {:?}", start.elapsed());
    }
    println!("served again after {:?}", start.elapsed());
}

/// Passes on to a port what comes to another one, and swallows it from the cut
/// on, but not what comes with new connections.
async fn pass_on(port: u16, cut: Arc<Notify>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let own = listener.local_addr().unwrap().port().to_string();
    rocket::tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let cut = Arc::clone(&cut);
            rocket::tokio::spawn(async move {
                let mut server = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
                select! {
                    _ = copy_bidirectional(&mut client, &mut server) => {}
                    () = cut.notified() => pending().await,
                }
            });
        }
    });
    own
}

/// Requests that are given up do not fill the server with connections.
#[tokio::test(flavor = "multi_thread")]
async fn a_locked_row_holds_up_nobody_else_for_long() {
    let Some(server) = PostgresServer::start(&[]) else { return };
    let store = open(&server).await;
    create(&store, 1, &session(&[("a", "1")])).await;
    create(&store, 2, &session(&[("a", "1")])).await;
    let (mut other, mut third) = (look(&server).await, look(&server).await);
    let mut locking = other.begin().await.unwrap();
    let lock = sqlx::query("SELECT FROM rocket_sessions WHERE key = $1 FOR UPDATE");
    let lock = lock.bind(key(1).as_bytes().to_vec());
    lock.execute(&mut *locking).await.unwrap();
    for _ in 0..3 {
        assert!(timeout(A_MOMENT, patch(&store, 1, &[("a", "2")])).await.is_err());
    }
    let second = timeout(SOON, patch(&store, 2, &[("a", "2")])).await;
    assert_eq!(second.unwrap().unwrap(), Verdict::Done);
    for _ in 0..30 {
        assert!(timeout(A_MOMENT, patch(&store, 1, &[("a", "2")])).await.is_err());
    }
    assert!(connections(&mut third).await <= 11);
    locking.rollback().await.unwrap();
    assert_eq!(load_at_once(&store, 40).await, 40);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_server_loses_no_acknowledged_write() {
    let Some(mut server) = PostgresServer::start(&[]) else { return };
    let store = open(&server).await;
    let writing = rocket::tokio::spawn(async move {
        let mut written = 0;
        loop {
            let record = session(&[("n", "1")]);
            match timeout(SOON, store.create(&key(written), &record, None, NOW)).await {
                Ok(Ok(Verdict::Done)) => written += 1,
                _ => return written,
            }
        }
    });
    let mut other = look(&server).await;
    let count = "SELECT count(*) FROM rocket_sessions";
    while sqlx::query_scalar::<_, i64>(count).fetch_one(&mut other).await.unwrap() < 200 {}
    server.restart();
    let written = writing.await.unwrap();
    assert!(written >= 200);
    let store = open(&server).await;
    for n in 0..written {
        assert!(loaded(&store, n).await.is_some(), "{n} of {written} is lost");
    }
}
