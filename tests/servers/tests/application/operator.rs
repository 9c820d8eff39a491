//! The command `session` over each store, as an operator runs it.

use std::io::Write;
use std::process::{Command, Output, Stdio};
use std::time::SystemTime;

use serde_json::{Value, json};
use session_runtime::store::{Key, Loaded, Postgres, Record, Redis, Sqlite, Store, Verdict};
use session_server_tests::postgres::PostgresServer;
use session_server_tests::redis::{RedisCluster, RedisServer};
use session_server_tests::{folder, text};
use session_tests::HOUR;

/// What the command says, and how it exits.
struct Said {
    out: String,
    err: String,
    code: Option<i32>,
}

impl From<Output> for Said {
    fn from(output: Output) -> Said {
        let text = |bytes| String::from_utf8(bytes).expect("text");
        let said =
            Said { out: text(output.stdout), err: text(output.stderr), code: output.status.code() };
        let acts = |c: char| c.is_control() && c != '\n';
        assert!(!said.out.contains(acts) && !said.err.contains(acts), "{} {}", said.out, said.err);
        said
    }
}

/// An operator at the configuration of an application with this store.
struct Operator<S> {
    url: String,
    store: S,
    now: u64,
}

fn key(n: u8) -> Key {
    Key::from_bytes([n; 32])
}

impl<S: Store> Operator<S> {
    async fn of(url: &str, store: S) -> Operator<S> {
        store.prepare(false).await.unwrap();
        let now = SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs();
        Operator { url: url.to_owned(), store, now }
    }

    fn run(&self, arguments: &[&str]) -> Said {
        let mut command = Command::new(env!("CARGO_BIN_EXE_operator"));
        command.args(arguments).stdin(Stdio::null());
        let session = format!("{{store=\"{}\"}}", self.url);
        command.env("ROCKET_SESSION", session).output().unwrap().into()
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let said = self.run(&[arguments, &["--json"]].concat());
        assert_eq!((said.code, &*said.err), (Some(0), ""));
        serde_json::from_str(&said.out).unwrap()
    }

    /// A session that was seen this many seconds ago.
    async fn begin(&self, n: u8, owner: Option<&str>, ago: u64) {
        let fields = [("name".to_owned(), "\"\u{1b}[31m\"".to_owned())];
        let mut record = Record::new(fields.into(), self.now - ago, self.now + HOUR);
        record.owner = owner.map(str::to_owned);
        let verdict = self.store.create(&key(n), &record, None, self.now).await.unwrap();
        assert_eq!(verdict, Verdict::Done);
    }

    async fn is_ended(&self, n: u8) {
        assert_eq!(self.store.load(&key(n), self.now).await.unwrap(), Loaded::Former);
    }

    /// The keys that a list shows, in its order.
    fn listed(&self, owner: &str) -> Vec<Value> {
        let list = self.json(&["list", "--owner", owner]);
        list.as_array().unwrap().iter().map(|one| one["id"].clone()).collect()
    }
}

async fn lists_counts_and_ends(operator: &Operator<impl Store>) {
    operator.begin(1, Some("\"ann\""), 20).await;
    operator.begin(2, Some("\"ann\""), 10).await;
    operator.begin(3, Some("42"), 20).await;
    operator.begin(4, Some("\"42\""), 30).await;
    operator.begin(5, None, 0).await;
    operator.begin(6, Some("\"\u{1b}[2J\\n\""), 0).await;
    let [one, two, three, four] = [1, 2, 3, 4].map(|n| key(n).to_hex());

    let table = operator.run(&["list", "--owner", "ann"]);
    assert_eq!((table.code, &*table.err), (Some(0), ""));
    let lines: Vec<&str> = table.out.lines().collect();
    assert_eq!(lines.len(), 3, "{}", table.out);
    assert!(lines[0].starts_with("ID ") && lines[0].ends_with("EXPIRES"), "{}", table.out);
    assert!(lines[1].starts_with(&two) && lines[2].starts_with(&one), "{}", table.out);
    assert_eq!(lines[1].split("  ").count(), 4, "{}", table.out);
    let (created, expires) = (operator.now - 10, operator.now + HOUR);
    assert_eq!(
        operator.json(&["list", "--owner", "ann"])[0],
        json!({ "id": two, "created": created, "last_seen": created, "expires": expires })
    );
    // Numbers, texts, and both.
    assert_eq!(operator.listed("42"), [three, four.clone()]);
    assert_eq!(operator.listed("\"42\""), [four]);
    assert_eq!(operator.listed("nobody").len(), 0);
    assert_eq!(operator.run(&["list", "--owner", "\u{1b}"]).out, "This owner has no sessions.\n");

    let count = operator.json(&["count"]);
    assert_eq!((&count["sessions"], &count["owners"]), (&json!(6), &json!(4)), "{count}");
    let text = operator.run(&["count"]);
    assert!(text.out.starts_with("sessions  6\nowners    4\nbytes     "), "{}", text.out);

    let end_one = || operator.run(&["end", "--id", &one]);
    let said = end_one();
    assert_eq!((&*said.out, said.code), ("Ended 1 session.\n", Some(0)));
    operator.is_ended(1).await;
    let said = end_one();
    assert_eq!((&*said.out, said.code), ("There is no such session.\n", Some(1)));
    assert_eq!(operator.json(&["end", "--owner", "42"]), json!({ "ended": 2 }));
    assert_eq!(operator.json(&["end", "--owner", "42"]), json!({ "ended": 0 }));
    operator.is_ended(3).await;
    operator.is_ended(4).await;

    let said = operator.run(&["end", "--all"]);
    assert_eq!((&*said.out, said.code), ("", Some(2)));
    assert!(said.err.contains("Type `session end --all --yes`"), "{}", said.err);
    assert_eq!(operator.run(&["end", "--all", "--yes"]).out, "Ended 3 sessions.\n");
    operator.is_ended(5).await;
    assert_eq!(operator.json(&["count"]), json!({ "sessions": 0, "owners": 0, "bytes": 0 }));
    assert_eq!(operator.json(&["end", "--all", "--yes"]), json!({ "ended": 0 }));
}

/// The store keeps expired sessions until somebody deletes them.
async fn purges(operator: &Operator<impl Store>) {
    for n in 11..=12 {
        let record = Record::new([].into(), operator.now - HOUR, operator.now - 1);
        let then = operator.now - HOUR;
        let verdict = operator.store.create(&key(n), &record, None, then).await.unwrap();
        assert_eq!(verdict, Verdict::Done);
    }
    assert_eq!(operator.json(&["count"])["sessions"], json!(0));
    assert_eq!(operator.run(&["purge"]).out, "Deleted 2 expired sessions.\n");
    assert_eq!(operator.json(&["purge"]), json!({ "purged": 0 }));
}

#[tokio::test]
async fn over_an_sqlite_file() {
    let folder = folder();
    let url = format!("sqlite://{}/sessions.db", text(folder.path()));
    let operator = Operator::of(&url, Sqlite::open(&url).unwrap()).await;
    lists_counts_and_ends(&operator).await;
    purges(&operator).await;
}

#[tokio::test]
async fn a_folder_without_the_file_is_an_error_and_stays_empty() {
    let folder = folder();
    let url = format!("sqlite://{}/sessions.db", text(folder.path()));
    let operator = Operator::of(&url, Sqlite::open("sqlite::memory:").unwrap()).await;
    let said = operator.run(&["count"]);
    assert_eq!((&*said.out, said.code), ("", Some(2)));
    assert!(said.err.contains("/sessions.db"), "{}", said.err);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

/// `script` is in every Debian, and gives a program a terminal.
#[tokio::test]
async fn a_terminal_is_asked_before_all_sessions_end() {
    let folder = folder();
    let url = format!("sqlite://{}/sessions.db", text(folder.path()));
    let operator = Operator::of(&url, Sqlite::open(&url).unwrap()).await;
    operator.begin(1, Some("\"ann\""), 0).await;
    operator.begin(2, None, 0).await;
    let answer = |answer: &str| {
        let mut command = Command::new("script");
        let session = format!("{} end --all", env!("CARGO_BIN_EXE_operator"));
        command.args(["--quiet", "--return", "--command", &session, "/dev/null"]);
        command.env("ROCKET_SESSION", format!("{{store=\"{url}\"}}"));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut running = command.spawn().expect("the program `script`");
        running.stdin.take().unwrap().write_all(format!("{answer}\n").as_bytes()).unwrap();
        let ended = running.wait_with_output().unwrap();
        (String::from_utf8(ended.stdout).unwrap(), ended.status.code())
    };
    let (said, code) = answer("no");
    assert!(said.contains("This ends all 2 sessions: 1 owners are signed out."), "{said}");
    assert!(said.contains("nothing was ended"), "{said}");
    assert_eq!(code, Some(2));
    assert_eq!(operator.json(&["count"])["sessions"], json!(2));
    let (said, code) = answer("yes");
    assert!(said.contains("Ended 2 sessions."), "{said}");
    assert_eq!(code, Some(0));
}

#[tokio::test]
async fn over_postgres() {
    let Some(postgres) = PostgresServer::start(&["fsync=off"]) else { return };
    let url = postgres.url();
    let operator = Operator::of(&url, Postgres::open(&url).unwrap()).await;
    lists_counts_and_ends(&operator).await;
    purges(&operator).await;
}

#[tokio::test]
async fn over_redis() {
    let Some(redis) = RedisServer::start() else { return };
    let url = redis.url();
    let operator = Operator::of(&url, Redis::open(&url).unwrap()).await;
    lists_counts_and_ends(&operator).await;
    assert_eq!(operator.run(&["purge"]).out, "Deleted 0 expired sessions.\n");
}

#[tokio::test]
async fn over_a_redis_cluster() {
    let Some(cluster) = RedisCluster::start() else { return };
    let url = cluster.url();
    let operator = Operator::of(&url, Redis::open(&url).unwrap()).await;
    lists_counts_and_ends(&operator).await;
}

#[tokio::test]
async fn a_store_that_cannot_be_reached_is_an_error_without_its_password() {
    let url = "redis://zoe:hunter2@127.0.0.1:1";
    let store = Sqlite::open("sqlite::memory:").unwrap();
    let operator = Operator::of(url, store).await;
    let said = operator.run(&["count"]);
    assert_eq!((&*said.out, said.code), ("", Some(2)));
    assert!(said.err.contains("Start Redis, or correct the URL"), "{}", said.err);
    assert!(!said.err.contains("hunter2"), "{}", said.err);
}
