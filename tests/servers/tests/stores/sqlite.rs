//! Sessions in an SQLite file.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::pin::pin;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rocket::tokio::task::JoinSet;
use rocket::tokio::time::timeout;
use session_runtime::store::{Loaded, Patch, Sqlite, Store, Verdict};
use session_server_tests::{folder, text};
use session_tests::{HOUR, NOW, log};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection, SqliteConnection, SqlitePool};

use crate::following;
use crate::load;
use crate::sql::{SOON, create, fails_with, fill, key, loaded, patch, purges_in_batches, session};

fn url(folder: &Path) -> String {
    format!("sqlite://{}", text(&folder.join("sessions.db")))
}

async fn open(url: &str) -> Sqlite {
    let store = Sqlite::open(url).unwrap();
    assert_eq!(store.prepare(false).await.unwrap(), [""; 0]);
    store
}

/// What the application itself would open.
async fn pool(url: &str, synchronous: SqliteSynchronous) -> SqlitePool {
    let options: SqliteConnectOptions = url.parse().unwrap();
    let options = options.create_if_missing(true).journal_mode(SqliteJournalMode::Wal);
    let options = options.synchronous(synchronous);
    SqlitePoolOptions::new().connect_with(options).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_keeps_the_contract() {
    let folder = folder();
    session_store_contract::check_with(Sqlite::open(&url(folder.path())).unwrap(), load()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn memory_keeps_the_contract() {
    session_store_contract::check_with(Sqlite::open("sqlite::memory:").unwrap(), load()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pool_of_the_application_keeps_the_contract() {
    let folder = folder();
    let pool = pool(&url(folder.path()), SqliteSynchronous::Normal).await;
    session_store_contract::check_with(Sqlite::from_pool(pool), load().rounds(20).races(100)).await;
}

/// Its one connection must outlive every call that is dropped.
#[tokio::test(flavor = "multi_thread")]
async fn a_pool_in_memory_keeps_the_contract() {
    let pool = SqlitePoolOptions::new().max_connections(1).idle_timeout(None).max_lifetime(None);
    let pool = pool.connect("sqlite::memory:").await.unwrap();
    session_store_contract::check_with(Sqlite::from_pool(pool), load().rounds(20).races(100)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn eight_processes_may_make_the_file_at_once() {
    for _ in 0..20 {
        let folder = folder();
        let url = url(folder.path());
        let mut starts = JoinSet::new();
        for n in 0..8 {
            let store = Sqlite::open(&url).unwrap();
            starts.spawn(async move {
                store.prepare(false).await.unwrap();
                create(&store, n, &session(&[("n", "1")])).await;
            });
        }
        while let Some(start) = starts.join_next().await {
            start.unwrap();
        }
        let store = open(&url).await;
        for n in 0..8 {
            assert!(loaded(&store, n).await.is_some());
        }
    }
}

/// SQLite turns no file to WAL mode that somebody writes, and does not wait.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_another_process_makes_is_waited_for() {
    let folder = folder();
    let url = url(folder.path());
    let mut other = SqliteConnection::connect(&format!("{url}?mode=rwc")).await.unwrap();
    let making = other.begin_with("BEGIN IMMEDIATE").await.unwrap();
    let store = Sqlite::open(&url).unwrap();
    let mut launch = pin!(store.prepare(false));
    assert!(timeout(Duration::from_millis(200), &mut launch).await.is_err());
    making.commit().await.unwrap();
    timeout(SOON, launch).await.unwrap().unwrap();
}

#[tokio::test]
async fn tables_of_a_newer_version_stop_the_launch() {
    let folder = folder();
    let url = url(folder.path());
    open(&url).await;
    let mut other = SqliteConnection::connect(&url).await.unwrap();
    let newer = "UPDATE rocket_sessions_version SET version = 99";
    sqlx::raw_sql(newer).execute(&mut other).await.unwrap();
    let store = Sqlite::open(&url).unwrap();
    fails_with(store.prepare(false).await, &["rocket_sessions", "version 99", "newer"]);
}

#[test]
fn opening_needs_no_runtime_and_no_file() {
    Sqlite::open("sqlite://nowhere/sessions.db").unwrap();
    Sqlite::open("sqlite::memory:").unwrap();
}

#[test]
fn another_url_is_an_error_that_says_how_it_is_written() {
    let no_file = ["sqlite:", "sqlite://", "sqlite://?mode=rwc"];
    for url in ["sessions.db", "postgres://user:secret@host/db", "sqlite://a.db?mode=secret2"]
        .into_iter()
        .chain(no_file)
    {
        let Err(error) = Sqlite::open(url) else { panic!("{url}") };
        assert!(error.to_string().contains("sqlite://sessions.db"), "{error}");
    }
}

#[tokio::test]
async fn a_folder_that_is_not_there_stops_the_launch() {
    let folder = folder();
    let store = Sqlite::open(&url(&folder.path().join("missing"))).unwrap();
    fails_with(store.prepare(false).await, &["missing/sessions.db", "unable to open", "folder"]);
}

#[tokio::test]
async fn a_release_is_told_that_memory_forgets() {
    let warnings = Sqlite::open("sqlite::memory:").unwrap().prepare(true).await.unwrap();
    assert!(
        matches!(&warnings[..], [one] if one.contains("a restart ends them all")),
        "{warnings:?}"
    );
    let folder = folder();
    let url = url(folder.path());
    assert_eq!(Sqlite::open(&url).unwrap().prepare(true).await.unwrap(), [""; 0]);
    let pool = pool(&url, SqliteSynchronous::Normal).await;
    let warnings = Sqlite::from_pool(pool).prepare(true).await.unwrap();
    assert!(matches!(&warnings[..], [one] if one.contains("synchronous = 1")), "{warnings:?}");
}

#[tokio::test]
async fn purges_more_than_one_statement_takes() {
    purges_in_batches(&open("sqlite::memory:").await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn follows_renewed_and_ended_sessions() {
    let folder = folder();
    let store = Arc::new(open(&url(folder.path())).await);
    following::check(&store, 200).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn memory_follows_renewed_and_ended_sessions() {
    following::check(&Arc::new(open("sqlite::memory:").await), 2_000).await;
}

/// What fails in the middle is taken back, and nobody waits for it after that.
#[tokio::test(flavor = "multi_thread")]
async fn writes_of_several_statements_survive_whoever_gives_up() {
    let store = open("sqlite::memory:").await;
    create(&store, 0, &session(&[("a", "1")])).await;
    for n in 0..200 {
        let (old, new, touch) = (key(n), key(n + 1), Patch::new(NOW, NOW + HOUR));
        let mut rename = pin!(store.rename(&old, &new, &touch, NOW));
        let given_up = timeout(Duration::from_micros(n * 5), &mut rename).await.is_err();
        // It is done to its end, and in its turn.
        let after = timeout(SOON, patch(&store, n + 1, &[("b", "1")])).await.unwrap().unwrap();
        if after == Verdict::Gone {
            assert!(given_up);
            assert_eq!(store.load(&new, NOW).await.unwrap(), Loaded::Nothing);
            let renamed = store.rename(&old, &new, &touch, NOW).await.unwrap();
            assert_eq!(renamed, Verdict::Done);
        }
        assert_eq!(store.load(&old, NOW).await.unwrap(), Loaded::Former);
        assert!(loaded(&store, n + 1).await.is_some());
    }
}

/// While another process writes, sessions are read and no write gets through.
/// Those that waited and were dropped are no burden for those that come after.
#[tokio::test(flavor = "multi_thread")]
async fn another_writer_keeps_nobody_from_reading() {
    let folder = folder();
    let url = url(folder.path());
    let store = open(&url).await;
    create(&store, 1, &session(&[("a", "1")])).await;
    let mut other = SqliteConnection::connect(&url).await.unwrap();
    let writing = other.begin_with("BEGIN IMMEDIATE").await.unwrap();
    let a_moment = Duration::from_millis(50);
    for _ in 0..8 {
        assert!(timeout(a_moment, patch(&store, 1, &[("a", "2")])).await.is_err());
        let load = timeout(SOON, loaded(&store, 1)).await;
        assert_eq!(load.unwrap().unwrap().fields["a"], "1");
    }
    writing.rollback().await.unwrap();
    let last = timeout(SOON, patch(&store, 1, &[("b", "1")])).await;
    assert_eq!(last.unwrap().unwrap(), Verdict::Done);
    assert_eq!(loaded(&store, 1).await.unwrap().fields["b"], "1");
}

/// In a process of its own, which the next test starts and kills.
#[tokio::test]
async fn writes_until_it_is_killed() {
    let Ok(url) = std::env::var("SESSION_TEST_WRITE_TO") else { return };
    let store = open(&url).await;
    for n in 0.. {
        create(&store, n, &session(&[("n", "1")])).await;
        println!("written {n}");
    }
}

#[tokio::test]
async fn a_killed_process_loses_no_acknowledged_write() {
    let folder = folder();
    let url = url(folder.path());
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "sqlite::writes_until_it_is_killed", "--nocapture"]);
    command.env("SESSION_TEST_WRITE_TO", &url).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let written = lines.map_while(Result::ok).filter(|line| line.starts_with("written ")).nth(200);
    assert_eq!(written.unwrap(), "written 200");
    child.kill().unwrap();
    child.wait().unwrap();
    let store = open(&url).await;
    for n in 0..=200 {
        assert!(loaded(&store, n).await.is_some(), "{n} is not there");
    }
}

#[tokio::test]
async fn nothing_of_a_session_is_logged() {
    log::install();
    let folder = folder();
    let store = open(&url(folder.path())).await;
    create(&store, 1, &session(&[("a", "\"hidden\"")])).await;
    let patched = patch(&store, 1, &[("b", "\"hidden\"")]).await;
    assert_eq!(patched.unwrap(), Verdict::Done);
    assert_eq!(loaded(&store, 1).await.unwrap().fields.len(), 2);
    let lines = log::everything();
    assert!(!lines.iter().any(|line| line.text.contains("hidden")));
}

#[tokio::test]
async fn a_session_takes_less_than_half_a_kilobyte() {
    const SESSIONS: u64 = 5_000;
    let folder = folder();
    let url = url(folder.path());
    let pool = pool(&url, SqliteSynchronous::Off).await;
    let store = Sqlite::from_pool(pool.clone());
    store.prepare(false).await.unwrap();
    let start = Instant::now();
    fill(&store, SESSIONS).await;
    println!("{SESSIONS} sessions made in {:?}", start.elapsed());
    pool.close().await;
    let bytes = folder.path().join("sessions.db").metadata().unwrap().len() / SESSIONS;
    println!("{bytes} bytes of the file for each session");
    assert!(bytes < 512, "{bytes}");
}
