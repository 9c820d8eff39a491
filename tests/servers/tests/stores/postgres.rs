//! Sessions in PostgreSQL.

use std::future::pending;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rocket::futures::future::join_all;
use rocket::tokio::io::copy_bidirectional;
use rocket::tokio::net::{TcpListener, TcpStream};
use rocket::tokio::select;
use rocket::tokio::sync::Notify;
use rocket::tokio::task::JoinSet;
use rocket::tokio::time::{sleep, timeout};
use session_runtime::store::contract;
use session_runtime::store::{Patch, Postgres, Store, Verdict};
use session_server_tests::free_port;
use session_server_tests::postgres::PostgresServer;
use session_tests::{HOUR, NOW, log};
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, PgConnection, PgPool};

use crate::sql::{
    SOON, create, fails_with, fill, key, load, patch, purges_in_batches, session, set,
};

/// The deadline of a request that is given up.
const A_MOMENT: Duration = Duration::from_millis(20);

async fn open(server: &PostgresServer) -> Postgres {
    let store = Postgres::open(&server.url()).unwrap();
    store.prepare(false).await.unwrap();
    store
}

async fn look(server: &PostgresServer) -> PgConnection {
    PgConnection::connect(&server.url()).await.unwrap()
}

/// How many connections the server has, but for the one that asks.
async fn connections(other: &mut PgConnection) -> i64 {
    let count = "SELECT count(*) FROM pg_stat_activity \
         WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()";
    sqlx::query_scalar(count).fetch_one(other).await.unwrap()
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

#[tokio::test(flavor = "multi_thread")]
async fn eight_processes_may_make_the_tables_at_once() {
    let Some(server) = PostgresServer::start(&["fsync=off"]) else { return };
    for _ in 0..10 {
        let drop = "DROP TABLE IF EXISTS rocket_sessions, rocket_sessions_version";
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
            assert!(store.load(&key(n), NOW).await.unwrap().is_some());
        }
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
         GRANT SELECT, INSERT, UPDATE, DELETE ON rocket_sessions TO app; \
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
    loads.iter().filter(|load| matches!(load, Ok(Ok(Some(_))))).count()
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
    assert_eq!(load_at_once(&store, 40).await, 40);
    cut.notify_waiters();
    let start = Instant::now();
    assert_eq!(load_at_once(&store, 40).await, 0);
    while !matches!(timeout(SOON, store.load(&key(1), NOW)).await, Ok(Ok(Some(_)))) {
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
            match timeout(SOON, store.create(&key(written), &record, NOW)).await {
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
        assert!(store.load(&key(n), NOW).await.unwrap().is_some(), "{n} of {written} is lost");
    }
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
    const SESSIONS: u64 = 20_000;
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
