//! Sessions on one server of Redis.

use std::time::{Duration, Instant};

use ::redis::aio::MultiplexedConnection;
use rocket::futures::future::join_all;
use session_runtime::store::{
    Follow, Key, Loaded, Patch, REMEMBERED, Record, Redis, Store, Verdict,
};
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
    nth_beside(key, 1)
}

/// Another one for each number.
pub(crate) fn nth_beside(key: Key, n: u64) -> Key {
    let mut bytes = *key.as_bytes();
    bytes[24..].copy_from_slice(&n.to_be_bytes());
    Key::from_bytes(bytes)
}

/// How many sessions and owners' lists there are. What is remembered of keys is
/// neither.
pub(crate) fn living(server: &RedisServer) -> u64 {
    const COUNT: &str = "local count = 0 \
         for _, name in ipairs(redis.call('KEYS', '*')) do \
           local kind = redis.call('TYPE', name).ok \
           if kind == 'zset' or kind == 'hash' and redis.call('HEXISTS', name, 'x') == 1 then \
             count = count + 1 \
           end \
         end \
         return count";
    server.ask(&["EVAL", COUNT, "0"]).parse().unwrap()
}

/// The names of all owners' lists.
fn lists(server: &RedisServer) -> Vec<String> {
    server.ask(&["KEYS", "session:{*}:owner:*"]).lines().map(str::to_owned).collect()
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
    session_store_contract::check_with(Redis::open(&server.url()).unwrap(), load()).await;
    // What the contract has made it has ended, lists of owners too.
    assert_eq!(living(&server), 0);
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
    let owned = record(Some(owner));
    assert_eq!(sends!("EVALSHA", store.create(&one, &owned, None, NOW)), Verdict::Done);
    assert!(sends!("HGETALL", store.load(&one, NOW)).session().is_some());
    assert_eq!(sends!("EVALSHA", store.patch(&one, &patch(), NOW)), Verdict::Done);
    let (old, one) = (one, beside(one));
    assert_eq!(sends!("EVALSHA", store.rename(&old, &one, &patch(), NOW)), Verdict::Done);
    assert_eq!(sends!("HGETALL", store.load(&old, NOW)), Loaded::Former);
    assert_eq!(sends!("EVALSHA", store.patch(&old, &patch(), NOW)), Verdict::Followed);
    let next = nth_beside(one, 2);
    assert_eq!(sends!("EVALSHA", store.create(&next, &owned, Some(&old), NOW)), Verdict::Done);
    assert_eq!(sends!("EVALSHA", store.list(owner, NOW)).len(), 1);
    assert_eq!(sends!("EVALSHA", store.destroy_others_of(owner, &old, NOW)), 0);
    assert_eq!(sends!("EVALSHA", store.destroy_oldest_of(owner, &old, 1, NOW)), 0);
    assert_eq!(sends!("EVALSHA", store.destroy_all_of(owner, NOW)), 1);
    assert!(!sends!("EVALSHA", store.destroy(&old, None, NOW)));
    assert_eq!(store.purge_expired(NOW).await.unwrap(), 0);
    assert!(commands.sent().is_empty());
}

#[tokio::test]
async fn scripts_that_redis_forgot_are_sent_again() {
    let Some(server) = RedisServer::start() else { return };
    let store = connected(&server.url()).await;
    assert_eq!(store.create(&key(1), &record(None), None, NOW).await.unwrap(), Verdict::Done);
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
    assert_eq!(store.create(&key(1), &record(None), None, NOW).await.unwrap(), Verdict::Done);
    assert_eq!(store.load(&key(1), NOW).await.unwrap(), Loaded::Session(record(None)));
}

#[tokio::test]
async fn prefixes_keep_applications_apart() {
    let Some(server) = RedisServer::start() else { return };
    let (one, two) =
        (connected(&server.url()).await, connected(&server.url()).await.prefix("shop"));
    for store in [&one, &two] {
        assert_eq!(
            store.create(&key(1), &record(Some("1")), None, NOW).await.unwrap(),
            Verdict::Done
        );
    }
    let keys = server.ask(&["KEYS", "*"]);
    assert_eq!(keys.lines().filter(|name| name.starts_with("session:{01}:")).count(), 2, "{keys}");
    assert_eq!(keys.lines().filter(|name| name.starts_with("shop:{01}:")).count(), 2, "{keys}");
    assert_eq!(one.destroy_all_of("1", NOW).await.unwrap(), 1);
    assert!(two.load(&key(1), NOW).await.unwrap().session().is_some());
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
        assert_eq!(store.create(&key(n), &record, None, now).await.unwrap(), Verdict::Done);
        let expected = (HOUR + MINUTE) * 1000;
        for name in server.ask(&["KEYS", &format!("session:{{{n:02x}}}:*")]).lines() {
            let left: u64 = server.ask(&["PTTL", name]).parse().unwrap();
            assert!((expected - 10_000..=expected).contains(&left), "{name}: {left}");
        }
    }
    let forever = Record::new(record(None).fields, NOW, u64::MAX);
    assert_eq!(store.create(&key(4), &forever, None, NOW).await.unwrap(), Verdict::Done);
    assert!(store.load(&key(4), u64::MAX).await.unwrap().session().is_some());
}

#[tokio::test]
async fn a_list_lasts_as_long_as_its_longest_session() {
    let Some(server) = RedisServer::start() else { return };
    let store = connected(&server.url()).await;
    let (long, short) = (key(1), beside(key(1)));
    let mut record = record(Some("1"));
    record.expires = NOW + DAY;
    assert_eq!(store.create(&long, &record, None, NOW).await.unwrap(), Verdict::Done);
    record.expires = NOW + HOUR;
    assert_eq!(store.create(&short, &record, None, NOW).await.unwrap(), Verdict::Done);
    let [list] = lists(&server).try_into().unwrap();
    let left = || server.ask(&["PTTL", &list]).parse::<u64>().unwrap();
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
    let mut other = look(&server).await;
    let mut record = record(Some("\"zoe\""));
    let mut most = 0;
    for day in 0..1000 {
        let now = NOW + day * DAY;
        record.expires = now + HOUR;
        // All in one list.
        let mut bytes = [7; 32];
        bytes[8..16].copy_from_slice(&day.to_le_bytes());
        let verdict = store.create(&Key::from_bytes(bytes), &record, None, now).await.unwrap();
        assert_eq!(verdict, Verdict::Done);
        most = most.max(filed(&mut other).await);
    }
    assert_eq!(most, 1);
    // Nor does a list keep what Redis has freed.
    let name = server.ask(&["KEYS", "session:{07}:0707*e7030000*"]);
    assert_eq!(server.ask(&["DEL", &name]), "1", "{name}");
    assert!(store.list("\"zoe\"", NOW + 999 * DAY).await.unwrap().is_empty());
    assert_eq!(filed(&mut other).await, 0);
}

/// Asks without a process for each question.
async fn look(server: &RedisServer) -> MultiplexedConnection {
    let client = ::redis::Client::open(server.url()).unwrap();
    client.get_multiplexed_async_connection().await.unwrap()
}

/// How many sessions are in owners' lists.
async fn filed(other: &mut MultiplexedConnection) -> u64 {
    const COUNT: &str = "local count = 0 \
         for _, name in ipairs(redis.call('KEYS', 'session:{*}:owner:*')) do \
           count = count + redis.call('ZCARD', name) \
         end \
         return count";
    ::redis::cmd("EVAL").arg(COUNT).arg(0).query_async(other).await.unwrap()
}

/// Three quarters of a power of two: Redis's tables of names are as full as with
/// 100,000 sessions, the number in the documentation.
const SESSIONS: usize = 25_000;

/// The session that the sizes in the documentation are of.
fn measured(n: usize, owned: bool) -> Record {
    let fields = [
        ("username", "\"zoe.zimmermann@example.org\""),
        ("cart", "[{\"sku\":\"B-1234\",\"quantity\":2},{\"sku\":\"C-77\",\"quantity\":1}]"),
        ("theme", "\"dark, large letters\""),
    ];
    let fields = fields.map(|(name, json)| (name.to_owned(), json.to_owned()));
    let mut record = Record::new(fields.into(), NOW, NOW + DAY);
    record.owner = owned.then(|| format!("\"user-{n}\""));
    record
}

/// What many calls take, in bytes for each.
async fn bytes_of(server: &RedisServer, call: impl AsyncFn(usize) -> Verdict) -> i64 {
    let before = info(server, "used_memory");
    for chunk in (0..SESSIONS).collect::<Vec<_>>().chunks(500) {
        let answers = join_all(chunk.iter().map(|n| call(*n))).await;
        assert!(answers.iter().all(|verdict| *verdict == Verdict::Done));
    }
    let taken = info(server, "used_memory").cast_signed() - before.cast_signed();
    taken / SESSIONS as i64
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_takes_little_memory() {
    let Some(server) = RedisServer::start() else { return };
    let store = connected(&server.url()).await;
    // The first byte of a key is its number's last one, so they are spread.
    let key = |n, owned, turn: u64| nth_beside(key(n), 2 * turn + u64::from(owned));
    for (owned, most) in [(false, 600), (true, 1000)] {
        let create = async |n| {
            store.create(&key(n, owned, 0), &measured(n, owned), None, NOW).await.unwrap()
        };
        let bytes = bytes_of(&server, create).await;
        println!("A session with an owner: {owned}, takes {bytes} bytes.");
        assert!(bytes < most, "{bytes}");
    }
    for (turn, most) in [(1, 900), (2, 500)] {
        let rename = async |n| {
            let (old, new) = (key(n, true, turn - 1), key(n, true, turn));
            store.rename(&old, &new, &Patch::new(NOW, NOW + DAY), NOW).await.unwrap()
        };
        let bytes = bytes_of(&server, rename).await;
        println!("Its rename number {turn} takes {bytes} bytes more.");
        assert!(bytes < most, "{bytes}");
    }
    for (what, name) in [
        ("session of nobody's", "session:{00}:".to_owned() + &key(0, false, 0).to_hex()),
        ("renamed session", "session:{00}:".to_owned() + &key(0, true, 2).to_hex()),
        ("remembered key", "session:{00}:".to_owned() + &key(0, true, 1).to_hex()),
        ("family", "session:{00}:family:".to_owned() + &key(0, true, 0).to_hex()),
    ] {
        println!("A {what} takes {} bytes.", server.ask(&["MEMORY", "USAGE", &name]));
    }
    // An hour later.
    let remembered = ["EVAL", FORGET, "0"];
    let before = info(&server, "used_memory");
    assert_eq!(server.ask(&remembered), (3 * SESSIONS).to_string());
    let bytes = (before - info(&server, "used_memory")) / SESSIONS as u64;
    println!("An hour later it takes {bytes} bytes less.");
}

/// Removes all that Redis frees within an hour.
const FORGET: &str = "local count = 0 \
     for _, name in ipairs(redis.call('KEYS', '*')) do \
       if redis.call('TTL', name) < 4000 then \
         count = count + redis.call('DEL', name) \
       end \
     end \
     return count";

#[tokio::test]
async fn an_old_key_leads_on_after_any_number_of_renames() {
    const RENAMES: u64 = 10_000;
    let Some(server) = RedisServer::start() else { return };
    let store = connected(&server.url()).await;
    let first = key(1);
    assert_eq!(store.create(&first, &record(Some("1")), None, NOW).await.unwrap(), Verdict::Done);
    let mut times = Vec::new();
    for n in 1..=RENAMES {
        let (old, new) = (nth_beside(first, n - 1), nth_beside(first, n));
        let patch = Patch::new(NOW, NOW + HOUR);
        assert_eq!(store.rename(&old, &new, &patch, NOW).await.unwrap(), Verdict::Done);
        if [1, 2, RENAMES].contains(&n) {
            let start = Instant::now();
            for round in 0..100_u64 {
                let mut patch = Patch::new(NOW, NOW + HOUR);
                patch.set.insert("round".into(), round.to_string());
                assert_eq!(store.patch(&first, &patch, NOW).await.unwrap(), Verdict::Followed);
            }
            times.push(start.elapsed() / 100);
            let loaded = store.load(&new, NOW).await.unwrap().session().unwrap();
            assert_eq!(loaded.fields.get("round").map(String::as_str), Some("99"));
        }
    }
    println!("A patch that follows 1, 2 and {RENAMES} renames takes {times:?}.");
    assert!(times[2] < times[0] * 10 + Duration::from_millis(1), "{times:?}");
    for n in [0, 1, RENAMES / 2, RENAMES - 1] {
        assert_eq!(store.load(&nth_beside(first, n), NOW).await.unwrap(), Loaded::Former);
    }
    assert_eq!(store.list("1", NOW).await.unwrap().len(), 1);
    assert!(store.destroy(&nth_beside(first, RENAMES / 2), Some("1"), NOW).await.unwrap());
    assert!(!store.destroy(&first, Some("1"), NOW).await.unwrap());
    assert_eq!(living(&server), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_that_take_one_place_one_is_left() {
    let Some(server) = RedisServer::start() else { return };
    let store = connected(&server.url()).await;
    let (first, second) = (key(1), nth_beside(key(1), 1000));
    assert_eq!(store.create(&first, &record(Some("1")), None, NOW).await.unwrap(), Verdict::Done);
    let touch = Patch::new(NOW, NOW + HOUR);
    assert_eq!(store.rename(&first, &second, &touch, NOW).await.unwrap(), Verdict::Done);
    let (store, new) = (&store, record(Some("1")));
    let creates = (1..=64).map(|n| {
        let (new, place) = (new.clone(), if n % 2 == 0 { first } else { second });
        async move { store.create(&nth_beside(first, n), &new, Some(&place), NOW).await.unwrap() }
    });
    assert!(join_all(creates).await.iter().all(|verdict| *verdict == Verdict::Done));
    let [left] = store.list("1", NOW).await.unwrap().try_into().unwrap();
    // The session and the list.
    assert_eq!(living(&server), 2);
    for n in (1..=64).filter(|n| nth_beside(first, *n) != left.key) {
        assert_eq!(store.load(&nth_beside(first, n), NOW).await.unwrap(), Loaded::Former);
    }
    // What belonged to a former session does not reach the one that is left,
    // unless it wants to.
    assert_eq!(store.patch(&first, &patch(), NOW).await.unwrap(), Verdict::Gone);
    let mut follows = patch();
    follows.follow = Follow::Newest;
    assert_eq!(store.patch(&first, &follows, NOW).await.unwrap(), Verdict::Followed);
    assert_eq!(store.destroy_others_of("1", &first, NOW).await.unwrap(), 0);
    assert!(store.destroy(&second, None, NOW).await.unwrap());
    assert_eq!(living(&server), 0);
}

#[tokio::test]
async fn a_session_in_the_place_of_one_that_took_a_place_is_its_own() {
    let Some(server) = RedisServer::start() else { return };
    let store = connected(&server.url()).await;
    let [a, b, c, d] = [0, 1, 2, 3].map(|n| nth_beside(key(1), n));
    let touch = Patch::new(NOW, NOW + HOUR);
    assert_eq!(store.create(&a, &record(None), None, NOW).await.unwrap(), Verdict::Done);
    assert_eq!(store.create(&b, &record(None), Some(&a), NOW).await.unwrap(), Verdict::Done);
    assert_eq!(store.rename(&b, &c, &touch, NOW).await.unwrap(), Verdict::Done);
    assert_eq!(store.patch(&a, &touch, NOW).await.unwrap(), Verdict::Gone);
    assert_eq!(store.patch(&b, &touch, NOW).await.unwrap(), Verdict::Followed);
    // Also where the one before has ended.
    assert!(store.destroy(&a, None, NOW).await.unwrap());
    assert_eq!(store.create(&d, &record(None), Some(&a), NOW).await.unwrap(), Verdict::Done);
    for former in [a, b, c] {
        assert_eq!(store.patch(&former, &touch, NOW).await.unwrap(), Verdict::Gone);
    }
    assert!(store.destroy(&b, None, NOW).await.unwrap());
    assert_eq!(store.load(&d, NOW).await.unwrap(), Loaded::Former);
}

#[tokio::test]
async fn only_the_owner_named_ends_a_session() {
    let Some(server) = RedisServer::start() else { return };
    let store = connected(&server.url()).await;
    let (old, new) = (key(1), beside(key(1)));
    assert_eq!(store.create(&old, &record(Some("1")), None, NOW).await.unwrap(), Verdict::Done);
    let touch = Patch::new(NOW, NOW + HOUR);
    assert_eq!(store.rename(&old, &new, &touch, NOW).await.unwrap(), Verdict::Done);
    for name in [&old, &new] {
        assert!(!store.destroy(name, Some("2"), NOW).await.unwrap());
        assert!(!store.destroy(name, Some(""), NOW).await.unwrap());
    }
    assert_eq!(store.list("1", NOW).await.unwrap().len(), 1);
    assert!(store.destroy(&old, Some("1"), NOW).await.unwrap());
    assert_eq!(store.create(&key(2), &record(None), None, NOW).await.unwrap(), Verdict::Done);
    assert!(!store.destroy(&key(2), Some(""), NOW).await.unwrap());
    assert!(store.destroy(&key(2), None, NOW).await.unwrap());
    assert_eq!(living(&server), 0);
}

#[tokio::test]
async fn a_key_is_remembered_for_an_hour() {
    let Some(server) = RedisServer::start() else { return };
    let store = connected(&server.url()).await;
    let [a, b, c] = [0, 1, 2].map(|n| nth_beside(key(1), n));
    let touch = Patch::new(NOW, NOW + DAY);
    assert_eq!(store.create(&a, &record(Some("1")), None, NOW).await.unwrap(), Verdict::Done);
    assert_eq!(store.rename(&a, &b, &touch, NOW).await.unwrap(), Verdict::Done);
    let last = NOW + REMEMBERED;
    assert_eq!(store.load(&a, last).await.unwrap(), Loaded::Former);
    assert_eq!(store.patch(&a, &touch, last).await.unwrap(), Verdict::Followed);
    assert_eq!(store.load(&a, last + 1).await.unwrap(), Loaded::Nothing);
    assert_eq!(store.patch(&a, &touch, last + 1).await.unwrap(), Verdict::Gone);
    assert!(!store.destroy(&a, None, last + 1).await.unwrap());
    // A key that is known no more makes no difference.
    let mut owned = record(Some("1"));
    owned.expires = NOW + DAY;
    assert_eq!(store.create(&c, &owned, Some(&a), last + 1).await.unwrap(), Verdict::Done);
    assert_eq!(store.list("1", last + 1).await.unwrap().len(), 2);
    assert_eq!(store.destroy_all_of("1", last + 1).await.unwrap(), 2);
    assert_eq!(store.load(&b, last + 1).await.unwrap(), Loaded::Former);
    // And Redis frees all of it.
    let most = (REMEMBERED + MINUTE) * 1000;
    for name in server.ask(&["KEYS", "*"]).lines() {
        let left: u64 = server.ask(&["PTTL", name]).parse().unwrap();
        assert!((most - 60_000..=most).contains(&left), "{name}: {left}");
    }
}

#[tokio::test]
async fn line_52_an_owner_of_30_kb_is_in_no_name_and_costs_its_list_nothing() {
    let Some(server) = RedisServer::start() else { return };
    let store = connected(&server.url()).await;
    let long = |last: char| format!("\"{}{last}\"", "zoe ".repeat(7_500));
    let owners = [long('a'), long('b'), "\"zoe\"".to_owned(), "\"{07}:*\\u0000\"".to_owned()];
    let one = |n: usize| nth_beside(key(7), n as u64);
    for (n, owner) in owners.iter().enumerate() {
        let owned = record(Some(owner));
        assert_eq!(store.create(&one(n), &owned, None, NOW).await.unwrap(), Verdict::Done);
        assert_eq!(store.load(&one(n), NOW).await.unwrap(), Loaded::Session(owned));
    }
    for (n, owner) in owners.iter().enumerate() {
        let listed = store.list(owner, NOW).await.unwrap();
        assert_eq!(listed.iter().map(|listed| listed.key).collect::<Vec<_>>(), [one(n)]);
    }
    let names = server.ask(&["KEYS", "*"]);
    assert_eq!(lists(&server).len(), owners.len());
    assert!(!names.contains("zoe") && names.lines().all(|name| name.len() < 100), "{names}");
    let usage = |list: &String| server.ask(&["MEMORY", "USAGE", list]).parse::<u64>().unwrap();
    let bytes: Vec<u64> = lists(&server).iter().map(usage).collect();
    println!("A list of one session takes {bytes:?} bytes.");
    assert!(bytes.iter().all(|list| *list == bytes[0]), "{bytes:?}");
    for owner in &owners {
        assert_eq!(store.destroy_all_of(owner, NOW).await.unwrap(), 1);
    }
    assert_eq!(living(&server), 0);
}

#[tokio::test]
async fn a_session_moves_within_its_first_byte_only() {
    let Some(server) = RedisServer::start() else { return };
    let store = connected(&server.url()).await;
    assert!(store.renames_within_first_byte());
    assert_eq!(store.create(&key(1), &record(None), None, NOW).await.unwrap(), Verdict::Done);
    let rename = store.rename(&key(1), &key(2), &patch(), NOW).await;
    let create = store.create(&key(2), &record(None), Some(&key(1)), NOW).await;
    for error in [rename.unwrap_err(), create.unwrap_err()] {
        assert!(error.to_string().contains("another first byte"), "{error}");
    }
    assert!(store.load(&key(1), NOW).await.unwrap().session().is_some());
}

/// Whatever a patch says, Redis does what [`Patch::apply`] does, and keeps the
/// session for as long as it lasts then.
#[tokio::test]
async fn a_patch_is_applied_as_to_a_record() {
    let Some(server) = RedisServer::start() else { return };
    let store = connected(&server.url()).await;
    // Far away, Lua's own numbers would be rounded.
    for (n, now) in [(1, NOW), (2, u64::MAX - 9 * DAY)] {
        let (mut key, mut turn) = (key(n), 0_u64);
        let mut expected = Record::new(record(None).fields, now, now + HOUR);
        assert_eq!(store.create(&key, &expected, None, now).await.unwrap(), Verdict::Done);
        let mut state = 1_u64;
        let mut dice = |sides: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) % sides
        };
        for _ in 0..300 {
            let mut patch = Patch::new(now + dice(100), now + 1 + dice(3) * HOUR + dice(2));
            patch.shortens = dice(3) == 0;
            patch.created = (dice(4) == 0).then(|| now + dice(100));
            patch.owner = [None, Some(None), Some(Some("1".to_owned()))][dice(3) as usize].clone();
            for name in ["name", "visits", Record::PERMANENT, Record::LIFETIME] {
                match dice(5) {
                    0 => drop(patch.set.insert(name.into(), dice(9).to_string())),
                    1 | 2 => patch.remove.push(name.into()),
                    _ => {}
                }
            }
            patch.apply(&mut expected, now);
            if dice(3) == 0 {
                turn += 1;
                let (old, new) = (key, nth_beside(key, turn));
                key = new;
                assert_eq!(store.rename(&old, &new, &patch, now).await.unwrap(), Verdict::Done);
            } else {
                assert_eq!(store.patch(&key, &patch, now).await.unwrap(), Verdict::Done);
            }
            let loaded = store.load(&key, now).await.unwrap();
            assert_eq!(loaded, Loaded::Session(expected.clone()), "{patch:?}");
            let name = format!("session:{{{n:02x}}}:{}", key.to_hex());
            let left: u64 = server.ask(&["PTTL", &name]).parse().unwrap();
            let most = (expected.expires - now + MINUTE) * 1000;
            assert!((most - 30_000..=most).contains(&left), "{left}, not {most}: {patch:?}");
        }
    }
}
