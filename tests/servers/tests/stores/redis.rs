//! Sessions on one server of Redis.

use rocket::futures::future::join_all;
use session_runtime::store::{Key, Patch, Record, Redis, Store, Verdict, contract};
use session_server_tests::redis::RedisServer;
use session_tests::{DAY, HOUR, MINUTE, NOW};

use crate::load;

pub(crate) async fn connected(url: &str) -> Redis {
    let store = Redis::open(url).unwrap();
    store.prepare(false).await.unwrap();
    store
}

/// Keys that do not begin alike.
pub(crate) fn key(n: usize) -> Key {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&(n as u64).to_le_bytes());
    Key::from_bytes(bytes)
}

/// A key with the same first byte.
fn beside(key: Key) -> Key {
    let mut bytes = *key.as_bytes();
    bytes[31] ^= 1;
    Key::from_bytes(bytes)
}

pub(crate) fn record(owner: Option<&str>) -> Record {
    let fields = [("name", "\"Zoë\""), ("visits", "7")];
    let fields = fields.map(|(name, json)| (name.to_owned(), json.to_owned()));
    let mut record = Record::new(fields.into(), NOW, NOW + HOUR);
    record.owner = owner.map(str::to_owned);
    record
}

pub(crate) fn patch() -> Patch {
    let mut patch = Patch::new(NOW, NOW + HOUR);
    patch.set.insert("visits".into(), "8".into());
    patch.remove.push("name".into());
    patch
}

/// A number of `INFO`.
fn info(server: &RedisServer, name: &str) -> u64 {
    let info = server.ask(&["INFO"]);
    let line = info.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    line.unwrap_or_else(|| panic!("{name} in {info}")).trim().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn keeps_the_contract() {
    let Some(server) = RedisServer::start() else { return };
    contract::check_with(Redis::open(&server.url()).unwrap(), load()).await;
    // What the contract has made it has ended, lists of owners too.
    assert_eq!(server.ask(&["DBSIZE"]), "0");
}

#[tokio::test]
async fn a_call_is_one_command() {
    let Some(server) = RedisServer::start() else { return };
    let store = connected(&server.url()).await;
    let mut commands = server.commands();
    let (one, owner) = (key(1), "\"zoe\"");
    macro_rules! sends {
        ($command:literal, $call:expr) => {{
            let answer = $call.await.unwrap();
            let sent = commands.sent();
            assert_eq!(sent.len(), 1, "{sent:?}");
            assert!(sent[0].starts_with(concat!("\"", $command, "\"")), "{sent:?}");
            answer
        }};
    }
    assert_eq!(sends!("EVALSHA", store.create(&one, &record(Some(owner)), NOW)), Verdict::Done);
    assert!(sends!("HGETALL", store.load(&one, NOW)).is_some());
    assert_eq!(sends!("EVALSHA", store.patch(&one, &patch(), NOW)), Verdict::Done);
    let (old, one) = (one, beside(one));
    assert_eq!(sends!("EVALSHA", store.rename(&old, &one, &patch(), NOW)), Verdict::Done);
    assert_eq!(sends!("EVALSHA", store.list(owner, NOW)).len(), 1);
    assert_eq!(sends!("EVALSHA", store.destroy_others_of(owner, &one)), 0);
    assert_eq!(sends!("EVALSHA", store.destroy_all_of(owner)), 1);
    sends!("EVALSHA", store.destroy(&one));
    assert!(!sends!("EVALSHA", store.destroy_if_only(&one, &[], NOW)));
    assert_eq!(store.purge_expired(NOW).await.unwrap(), 0);
    assert!(commands.sent().is_empty());
}

#[tokio::test]
async fn scripts_that_redis_forgot_are_sent_again() {
    let Some(server) = RedisServer::start() else { return };
    let store = connected(&server.url()).await;
    assert_eq!(store.create(&key(1), &record(None), NOW).await.unwrap(), Verdict::Done);
    assert_eq!(server.ask(&["SCRIPT", "FLUSH"]), "OK");
    let mut commands = server.commands();
    assert_eq!(store.patch(&key(1), &patch(), NOW).await.unwrap(), Verdict::Done);
    assert_eq!(commands.sent().len(), 2);
    assert_eq!(store.patch(&key(1), &patch(), NOW).await.unwrap(), Verdict::Done);
    assert_eq!(commands.sent().len(), 1);
}

#[tokio::test]
async fn a_connection_of_the_application_serves_too() {
    let Some(server) = RedisServer::start() else { return };
    let client = ::redis::Client::open(server.url()).unwrap();
    let store = Redis::from_manager(client.get_connection_manager().await.unwrap());
    store.prepare(false).await.unwrap();
    assert_eq!(store.create(&key(1), &record(None), NOW).await.unwrap(), Verdict::Done);
    assert_eq!(store.load(&key(1), NOW).await.unwrap(), Some(record(None)));
}

#[tokio::test]
async fn prefixes_keep_applications_apart() {
    let Some(server) = RedisServer::start() else { return };
    let (one, two) =
        (connected(&server.url()).await, connected(&server.url()).await.prefix("shop"));
    for store in [&one, &two] {
        assert_eq!(store.create(&key(1), &record(Some("1")), NOW).await.unwrap(), Verdict::Done);
    }
    let keys = server.ask(&["KEYS", "*"]);
    assert_eq!(keys.lines().filter(|name| name.starts_with("session:{01}:")).count(), 2, "{keys}");
    assert_eq!(keys.lines().filter(|name| name.starts_with("shop:{01}:")).count(), 2, "{keys}");
    assert_eq!(one.destroy_all_of("1").await.unwrap(), 1);
    assert!(two.load(&key(1), NOW).await.unwrap().is_some());
    assert_eq!(two.list("1", NOW).await.unwrap().len(), 1);
}

#[tokio::test]
async fn what_else_is_under_a_name_is_an_error_that_tells_nothing_of_it() {
    let Some(server) = RedisServer::start() else { return };
    let store = connected(&server.url()).await;
    let name = format!("session:{{01}}:{}", key(1).to_hex());
    assert_eq!(server.ask(&["SET", &name, "s3cret"]), "OK");
    let error = store.load(&key(1), NOW).await.unwrap_err().to_string();
    assert!(error.contains("WRONGTYPE") && !error.contains("s3cret"), "{error}");
    assert_eq!(server.ask(&["DEL", &name]), "1");
    assert_eq!(server.ask(&["HSET", &name, "f:name", "s3cret"]), "1");
    let error = store.load(&key(1), NOW).await.unwrap_err().to_string();
    assert!(error.contains("Redis::prefix") && !error.contains("s3cret"), "{error}");
}

#[tokio::test]
async fn redis_frees_sessions_by_itself_whatever_the_callers_clock_says() {
    let Some(server) = RedisServer::start() else { return };
    let store = connected(&server.url()).await;
    // A clock in 1970, one in 2023, and one that is about to overflow.
    for (n, now) in [(1, 1000), (2, NOW), (3, u64::MAX - DAY)] {
        let mut record = Record::new(record(None).fields, now, now + HOUR);
        record.owner = Some(n.to_string());
        assert_eq!(store.create(&key(n), &record, now).await.unwrap(), Verdict::Done);
        let expected = (HOUR + MINUTE) * 1000;
        for name in server.ask(&["KEYS", &format!("*{n:02x}*")]).lines() {
            let left: u64 = server.ask(&["PTTL", name]).parse().unwrap();
            assert!((expected - 10_000..=expected).contains(&left), "{name}: {left}");
        }
    }
    let forever = Record::new(record(None).fields, NOW, u64::MAX);
    assert_eq!(store.create(&key(4), &forever, NOW).await.unwrap(), Verdict::Done);
    assert!(store.load(&key(4), u64::MAX).await.unwrap().is_some());
}

#[tokio::test]
async fn a_list_lasts_as_long_as_its_longest_session() {
    let Some(server) = RedisServer::start() else { return };
    let store = connected(&server.url()).await;
    let (long, short) = (key(1), beside(key(1)));
    let mut record = record(Some("1"));
    record.expires = NOW + DAY;
    assert_eq!(store.create(&long, &record, NOW).await.unwrap(), Verdict::Done);
    record.expires = NOW + HOUR;
    assert_eq!(store.create(&short, &record, NOW).await.unwrap(), Verdict::Done);
    let left = || server.ask(&["PTTL", "session:{01}:owner:1"]).parse::<u64>().unwrap();
    assert!(left() > DAY * 1000, "{}", left());
    let patch = Patch::new(NOW + HOUR, NOW + HOUR + 2 * DAY);
    assert_eq!(store.patch(&short, &patch, NOW + HOUR).await.unwrap(), Verdict::Done);
    assert!(left() > 2 * DAY * 1000, "{}", left());
    assert_eq!(store.list("1", NOW + DAY + 1).await.unwrap().len(), 1);
}

#[tokio::test]
async fn who_signs_in_for_years_leaves_nothing_behind() {
    let Some(server) = RedisServer::start() else { return };
    let store = connected(&server.url()).await;
    let mut record = record(Some("\"zoe\""));
    let mut most = 0;
    for day in 0..1000 {
        let now = NOW + day * DAY;
        record.expires = now + HOUR;
        // All in one list.
        let mut bytes = [7; 32];
        bytes[8..16].copy_from_slice(&day.to_le_bytes());
        let verdict = store.create(&Key::from_bytes(bytes), &record, now).await.unwrap();
        assert_eq!(verdict, Verdict::Done);
        let filed = server_list(&server).await;
        most = most.max(filed);
    }
    assert_eq!(most, 1);
    // Nor does a list keep what Redis has freed.
    let name = server.ask(&["KEYS", "session:{07}:0707*e7030000*"]);
    assert_eq!(server.ask(&["DEL", &name]), "1", "{name}");
    assert!(store.list("\"zoe\"", NOW + 999 * DAY).await.unwrap().is_empty());
    assert_eq!(server_list(&server).await, 0);
}

/// How many sessions are in the list.
async fn server_list(server: &RedisServer) -> u64 {
    server.ask(&["ZCARD", "session:{07}:owner:\"zoe\""]).parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_takes_little_memory() {
    const SESSIONS: usize = 100_000;
    let Some(server) = RedisServer::start() else { return };
    let store = connected(&server.url()).await;
    let fields = [
        ("username", "\"zoe.zimmermann@example.org\""),
        ("cart", "[{\"sku\":\"B-1234\",\"quantity\":2},{\"sku\":\"C-77\",\"quantity\":1}]"),
        ("theme", "\"dark, large letters\""),
    ];
    let fields = fields.map(|(name, json)| (name.to_owned(), json.to_owned()));
    for owned in [false, true] {
        let before = info(&server, "used_memory");
        for chunk in (0..SESSIONS).collect::<Vec<_>>().chunks(500) {
            let creates = chunk.iter().map(|n| {
                let mut record = Record::new(fields.clone().into(), NOW, NOW + DAY);
                record.owner = owned.then(|| format!("\"user-{n}\""));
                let (store, mut bytes) = (&store, *key(*n).as_bytes());
                // The first byte is `n`'s last one, so the sessions are spread.
                bytes[31] = u8::from(owned);
                async move { store.create(&Key::from_bytes(bytes), &record, NOW).await.unwrap() }
            });
            assert!(join_all(creates).await.iter().all(|verdict| *verdict == Verdict::Done));
        }
        let bytes = (info(&server, "used_memory") - before) / SESSIONS as u64;
        println!("A session with an owner: {owned}, takes {bytes} bytes.");
        assert!(bytes < if owned { 1000 } else { 600 }, "{bytes}");
    }
}
