//! A server of Redis that is away, paused, full, closed or forgetful.

use std::time::{Duration, Instant};

use rocket::futures::future::join_all;
use session_runtime::store::{Loaded, Patch, Redis, Store, Verdict};
use session_server_tests::redis::RedisServer;
use session_store_contract::Load;
use session_tests::{HOUR, NOW};
use tokio::time::{sleep, timeout};

use crate::redis::{connected, key, living, nth_beside, patch, record};

/// How long the library waits for a store.
const DEADLINE: Duration = Duration::from_secs(1);

#[tokio::test]
async fn prepare_says_what_a_failure_would_lose() {
    for (options, debug, release) in [
        (&["--appendonly", "no"][..], "ends all sessions", "ends all sessions"),
        (&["--save", "900 1 300 10"], "up to 900 seconds", "up to 900 seconds"),
        (&["--appendonly", "yes", "--appendfsync", "no"], "half minute", "half minute"),
        (&["--appendonly", "yes", "--appendfsync", "everysec"], "", "the last second"),
        (&["--appendonly", "yes", "--appendfsync", "always"], "", ""),
    ] {
        let Some(server) = RedisServer::start_with(options) else { return };
        let store = Redis::open(&server.url()).unwrap();
        for (is_release, expected) in [(false, debug), (true, release)] {
            let warnings = store.prepare(is_release).await.unwrap();
            let number = usize::from(!expected.is_empty());
            assert_eq!(warnings.len(), number, "{options:?} {warnings:?}");
            assert!(warnings.iter().all(|said| said.contains(expected)), "{warnings:?}");
        }
    }
    let options = ["--appendonly", "yes", "--appendfsync", "always", "--maxmemory", "100mb"];
    let options = [&options[..], &["--maxmemory-policy", "allkeys-lru"]].concat();
    let Some(server) = RedisServer::start_with(&options) else { return };
    let warnings = connected_with_warnings(&server.url(), false).await;
    assert!(warnings.len() == 1 && warnings[0].contains("noeviction"), "{warnings:?}");
}

async fn connected_with_warnings(url: &str, release: bool) -> Vec<String> {
    Redis::open(url).unwrap().prepare(release).await.unwrap()
}

/// The commands that the documentation of `Redis` lists.
const COMMANDS: &str = "+hello +hgetall +evalsha +eval +script|load +del +exists +get +hdel +hexists \
     +hget +hlen +hmget +hset +pexpire +pttl +rename +set +zadd +zrem +zremrangebyscore +zunion";

#[tokio::test(flavor = "multi_thread")]
async fn a_user_needs_few_commands_and_hears_that_the_settings_are_hidden() {
    let Some(server) = RedisServer::start() else { return };
    let user = ["ACL", "SETUSER", "shop", "on", ">s3cret", "~session:*", "-@all"];
    let user: Vec<&str> = user.into_iter().chain(COMMANDS.split_whitespace()).collect();
    assert_eq!(server.ask(&user), "OK");
    let url = format!("redis://shop:s3cret@127.0.0.1:{}", server.port());
    assert!(connected_with_warnings(&url, false).await.is_empty());
    let warnings = connected_with_warnings(&url, true).await;
    assert!(warnings.len() == 1 && warnings[0].contains("CONFIG GET"), "{warnings:?}");
    let few = Load::default().writers(2).rounds(2).races(100);
    session_store_contract::check_with(Redis::open(&url).unwrap(), few).await;
    assert_eq!(server.ask(&["ACL", "SETUSER", "shop", "-zunion"]), "OK");
    let error = Redis::open(&url).unwrap().prepare(false).await.unwrap_err().to_string();
    assert!(error.contains("can't run this command"), "{error}");
}

#[tokio::test]
async fn what_was_acknowledged_survives_a_crash() {
    let options = ["--appendonly", "yes", "--appendfsync", "always"];
    let Some(mut server) = RedisServer::start_with(&options) else { return };
    let store = connected(&server.url()).await;
    assert_eq!(store.create(&key(1), &record(Some("1")), None, NOW).await.unwrap(), Verdict::Done);
    assert_eq!(store.create(&key(2), &record(Some("1")), None, NOW).await.unwrap(), Verdict::Done);
    assert_eq!(store.patch(&key(1), &patch(), NOW).await.unwrap(), Verdict::Done);
    assert!(store.destroy(&key(2), None, NOW).await.unwrap());
    server.kill();
    server.restart();
    let loaded = store.load(&key(1), NOW).await.unwrap().session().unwrap();
    assert_eq!(loaded.fields.get("visits").map(String::as_str), Some("8"));
    assert!(!loaded.fields.contains_key("name"));
    assert_eq!(store.load(&key(2), NOW).await.unwrap(), Loaded::Former);
    assert_eq!(store.list("1", NOW).await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_server_it_fails_at_once_and_comes_back_with_it() {
    let Some(mut server) = RedisServer::start() else { return };
    let store = connected(&server.url()).await;
    for _ in 0..3 {
        server.kill();
        for _ in 0..5 {
            let start = Instant::now();
            let one = key(1);
            let answers = join_all((0..200).map(|_| store.load(&one, NOW))).await;
            let took = start.elapsed();
            assert!(took < DEADLINE, "{took:?}");
            assert!(answers.iter().all(Result::is_err));
        }
        // Nobody calls any more, and the attempts to connect are over.
        sleep(DEADLINE / 4).await;
        server.restart();
        // Not the second call: the first.
        let start = Instant::now();
        assert_eq!(store.create(&key(1), &record(None), None, NOW).await.unwrap(), Verdict::Done);
        assert!(start.elapsed() < DEADLINE, "{:?}", start.elapsed());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_that_nobody_saw_costs_no_call() {
    let Some(mut server) = RedisServer::start() else { return };
    let store = connected(&server.url()).await;
    server.restart();
    assert_eq!(store.create(&key(1), &record(None), None, NOW).await.unwrap(), Verdict::Done);
    assert!(store.load(&key(1), NOW).await.unwrap().session().is_some());
}

#[tokio::test]
async fn a_paused_server_answers_at_once_when_it_goes_on() {
    let Some(server) = RedisServer::start() else { return };
    let store = connected(&server.url()).await;
    // Only the store speaks RESP3.
    let connections = || {
        let list = server.ask(&["CLIENT", "LIST"]);
        let ours = list.lines().filter(|line| line.contains("resp=3"));
        ours.filter_map(|line| line.split(' ').next().map(str::to_owned)).collect::<Vec<_>>()
    };
    let before = connections();
    assert_eq!(store.create(&key(1), &record(None), None, NOW).await.unwrap(), Verdict::Done);
    server.pause();
    let one = key(1);
    let calls = (0..1000).map(|_| timeout(DEADLINE, store.load(&one, NOW)));
    assert!(join_all(calls).await.iter().all(Result::is_err));
    server.resume();
    let answer = timeout(DEADLINE / 2, store.load(&key(1), NOW)).await;
    assert!(answer.expect("an answer in time").unwrap().session().is_some());
    assert_eq!(connections(), before);
}

#[tokio::test]
async fn it_comes_back_when_redis_wanted_another_password_for_a_while() {
    let Some(mut server) = RedisServer::start() else { return };
    let store = connected(&server.url()).await;
    server.restart_with(&["--requirepass", "an0ther"]);
    for _ in 0..3 {
        assert!(store.load(&key(1), NOW).await.is_err());
    }
    server.restart();
    let start = Instant::now();
    while store.load(&key(1), NOW).await.is_err() {
        assert!(start.elapsed() < DEADLINE, "{:?}", store.load(&key(1), NOW).await);
    }
}

#[tokio::test]
async fn it_comes_back_when_redis_had_too_many_clients_for_a_while() {
    let Some(mut server) = RedisServer::start() else { return };
    let store = connected(&server.url()).await;
    server.restart_with(&["--maxclients", "1"]);
    let one = server.commands();
    for _ in 0..3 {
        assert!(store.load(&key(1), NOW).await.is_err());
    }
    drop(one);
    server.restart();
    assert_eq!(store.load(&key(1), NOW).await.unwrap(), Loaded::Nothing);
}

#[tokio::test]
async fn no_server_stops_the_launch_without_a_word_of_the_password() {
    let Some(mut server) = RedisServer::start_with(&["--requirepass", "s3cret"]) else { return };
    let url = |login: &str| format!("redis://{login}127.0.0.1:{}/1", server.port());
    let good = Redis::open(&url(":s3cret@")).unwrap();
    good.prepare(true).await.unwrap();
    for login in ["", ":wr0ng@", "shop:wr0ng@"] {
        let store = Redis::open(&url(login)).unwrap();
        let error = store.prepare(true).await.unwrap_err().to_string();
        assert!(error.contains("127.0.0.1:") && error.contains("password"), "{error}");
        assert!(!error.contains("wr0ng") && !format!("{store:?}").contains("wr0ng"), "{store:?}");
    }
    let url = url(":s3cret@");
    server.kill();
    let error = Redis::open(&url).unwrap().prepare(true).await.unwrap_err().to_string();
    assert!(error.contains("Start Redis") && !error.contains("s3cret"), "{error}");
    let error = good.load(&key(1), NOW).await.unwrap_err().to_string();
    assert!(!error.contains("s3cret"), "{error}");
    let unprepared = Redis::open(&url).unwrap();
    let error = unprepared.load(&key(1), NOW).await.unwrap_err().to_string();
    assert!(error.contains("prepare"), "{error}");
}

#[tokio::test]
async fn a_replica_is_no_store() {
    let Some(server) = RedisServer::start() else { return };
    let store = connected(&server.url()).await;
    // Nobody is there, but that is no matter.
    assert_eq!(server.ask(&["REPLICAOF", "127.0.0.1", "1"]), "OK");
    let launch = Redis::open(&server.url()).unwrap().prepare(false).await;
    let write = store.create(&key(1), &record(None), None, NOW).await;
    for error in [launch.unwrap_err(), write.unwrap_err()] {
        assert!(error.to_string().contains("the primary's address"), "{error}");
    }
    assert_eq!(server.ask(&["REPLICAOF", "NO", "ONE"]), "OK");
    assert_eq!(store.create(&key(1), &record(None), None, NOW).await.unwrap(), Verdict::Done);
}

#[tokio::test]
async fn a_full_redis_takes_nothing_and_does_nothing_by_halves() {
    let Some(server) = RedisServer::start() else { return };
    let store = connected(&server.url()).await;
    let before = record(Some("1"));
    assert_eq!(store.create(&key(1), &before, None, NOW).await.unwrap(), Verdict::Done);
    assert_eq!(server.ask(&["CONFIG", "SET", "maxmemory", "1"]), "OK");
    let mut patch = patch();
    patch.owner = Some(Some("2".into()));
    for refused in [
        store.create(&key(257), &before, None, NOW).await,
        store.create(&key(257), &before, Some(&key(1)), NOW).await,
        store.patch(&key(1), &patch, NOW).await,
        store.rename(&key(1), &key(257), &patch, NOW).await,
    ] {
        let error = refused.unwrap_err().to_string();
        assert!(error.contains("OOM"), "{error}");
    }
    assert_eq!(store.load(&key(257), NOW).await.unwrap(), Loaded::Nothing);
    assert_eq!(store.load(&key(1), NOW).await.unwrap(), Loaded::Session(before));
    assert_eq!(store.list("1", NOW).await.unwrap().len(), 1);
    assert!(store.list("2", NOW).await.unwrap().is_empty());
    // Signing out takes no room, and is remembered.
    assert!(store.destroy(&key(1), None, NOW).await.unwrap());
    assert_eq!(store.load(&key(1), NOW).await.unwrap(), Loaded::Former);
    assert_eq!(living(&server), 0);
}

#[tokio::test]
async fn a_full_redis_signs_out_whoever_and_however() {
    let Some(server) = RedisServer::start_with(&["--maxmemory-policy", "noeviction"]) else {
        return;
    };
    let store = connected(&server.url()).await;
    let new = |n| nth_beside(key(n), 1);
    for n in 1..=6 {
        let owner = if n < 4 { "1" } else { "2" };
        let created = store.create(&key(n), &record(Some(owner)), None, NOW).await.unwrap();
        let touch = Patch::new(NOW, NOW + HOUR);
        let renamed = store.rename(&key(n), &new(n), &touch, NOW).await.unwrap();
        assert_eq!((created, renamed), (Verdict::Done, Verdict::Done));
    }
    assert_eq!(server.ask(&["CONFIG", "SET", "maxmemory", "1"]), "OK");
    // By an old key and by the newest.
    assert!(store.destroy(&key(1), Some("1"), NOW).await.unwrap());
    assert!(store.destroy(&new(4), None, NOW).await.unwrap());
    assert_eq!(store.destroy_others_of("1", &key(2), NOW).await.unwrap(), 1);
    assert!(store.load(&new(2), NOW).await.unwrap().session().is_some());
    assert_eq!(store.destroy_all_of("1", NOW).await.unwrap(), 1);
    assert_eq!(store.destroy_all_of("2", NOW).await.unwrap(), 2);
    assert_eq!(living(&server), 0);
    for n in 1..=6 {
        assert_eq!(store.load(&new(n), NOW).await.unwrap(), Loaded::Former);
    }
}

/// As in a cluster whose machines pass a slot on, or for a user who may do less
/// than the documentation says.
#[tokio::test]
async fn an_end_that_cannot_be_remembered_holds() {
    let Some(server) = RedisServer::start() else { return };
    let user = ["ACL", "SETUSER", "shop", "on", ">s3cret", "~session:*", "+@all"];
    assert_eq!(server.ask(&user), "OK");
    let store = connected(&format!("redis://shop:s3cret@127.0.0.1:{}", server.port())).await;
    for n in [1, 2] {
        let verdict = store.create(&key(n), &record(Some("1")), None, NOW).await.unwrap();
        assert_eq!(verdict, Verdict::Done);
    }
    assert_eq!(server.ask(&["ACL", "SETUSER", "shop", "-hset"]), "OK");
    assert!(store.destroy(&key(1), None, NOW).await.unwrap());
    assert_eq!(store.destroy_all_of("1", NOW).await.unwrap(), 1);
    assert_eq!(server.ask(&["DBSIZE"]), "0");
}
