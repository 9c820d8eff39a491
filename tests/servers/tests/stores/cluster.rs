//! Sessions on a cluster of Redis.

use std::time::{Duration, Instant};

use rocket::futures::future::join_all;
use session_runtime::store::{Key, Loaded, Patch, Record, Redis, Store, Verdict};
use session_server_tests::redis::{RedisCluster, RedisServer};
use session_tests::{HOUR, NOW};
use tokio::time::timeout;

use crate::load;
use crate::redis::living;

/// How long the library waits for a store.
const DEADLINE: Duration = Duration::from_secs(1);

async fn connected(cluster: &RedisCluster) -> Redis {
    let store = Redis::open(&cluster.url()).unwrap();
    store.prepare(false).await.unwrap();
    store
}

fn key(first: u8, last: u8) -> Key {
    let mut bytes = [7; 32];
    (bytes[0], bytes[31]) = (first, last);
    Key::from_bytes(bytes)
}

fn record(owner: Option<&str>) -> Record {
    let fields = [("name".to_owned(), "1".to_owned())];
    let mut record = Record::new(fields.into(), NOW, NOW + HOUR);
    record.owner = owner.map(str::to_owned);
    record
}

#[tokio::test(flavor = "multi_thread")]
async fn keeps_the_contract() {
    let Some(cluster) = RedisCluster::start() else { return };
    session_store_contract::check_with(Redis::open(&cluster.url()).unwrap(), load()).await;
    for server in cluster.servers() {
        assert_eq!(living(server), 0);
    }
}

#[tokio::test]
async fn sessions_are_spread_and_an_owners_are_found_within_a_second() {
    let Some(cluster) = RedisCluster::start() else { return };
    let store = connected(&cluster).await;
    for first in 0..=u8::MAX {
        let verdict = store.create(&key(first, 0), &record(Some("1")), None, NOW).await.unwrap();
        assert_eq!(verdict, Verdict::Done);
    }
    // A session and a list each. By chance a third of 512, and never far from it.
    for server in cluster.servers() {
        let here: u32 = server.ask(&["DBSIZE"]).parse().unwrap();
        assert!((100..250).contains(&here), "{here}");
    }
    for round in 0..3 {
        let start = Instant::now();
        assert_eq!(store.list("1", NOW).await.unwrap().len(), 256);
        println!("Listing 256 sessions took {:?}, round {round}.", start.elapsed());
        assert!(start.elapsed() < DEADLINE, "{:?}", start.elapsed());
    }
    // It leads to the one to keep, on one of the machines.
    let touch = Patch::new(NOW, NOW + HOUR);
    let renamed = store.rename(&key(9, 0), &key(9, 2), &touch, NOW).await.unwrap();
    assert_eq!(renamed, Verdict::Done);
    assert_eq!(store.destroy_others_of("1", &key(9, 0), NOW).await.unwrap(), 255);
    assert!(store.load(&key(9, 2), NOW).await.unwrap().session().is_some());
    let start = Instant::now();
    assert_eq!(store.destroy_all_of("1", NOW).await.unwrap(), 1);
    println!("Ending all sessions took {:?}.", start.elapsed());
    for server in cluster.servers() {
        assert_eq!(living(server), 0);
    }
}

/// What clients have sent to all machines.
macro_rules! sent {
    ($commands:expr) => {
        $commands.iter_mut().flat_map(|commands| commands.sent()).collect::<Vec<_>>()
    };
}

#[tokio::test]
async fn a_call_is_one_command() {
    let Some(cluster) = RedisCluster::start() else { return };
    let store = connected(&cluster).await;
    let mut commands: Vec<_> = cluster.servers().iter().map(RedisServer::commands).collect();
    let (one, two, patch) = (key(1, 0), key(1, 1), Patch::new(NOW, NOW + HOUR));
    macro_rules! sends {
        ($command:literal, $call:expr) => {
            let _ = $call.await.unwrap();
            let mut sent = sent!(commands);
            // The machines talk to each other, and the client asks how they are.
            sent.retain(|line| line.contains("session:"));
            assert_eq!(sent.len(), 1, "{sent:?}");
            assert!(sent[0].starts_with(concat!("\"", $command, "\"")), "{sent:?}");
        };
    }
    sends!("EVALSHA", store.create(&one, &record(Some("1")), None, NOW));
    sends!("HGETALL", store.load(&one, NOW));
    sends!("EVALSHA", store.patch(&one, &patch, NOW));
    sends!("EVALSHA", store.rename(&one, &two, &patch, NOW));
    sends!("EVALSHA", store.patch(&one, &patch, NOW));
    sends!("EVALSHA", store.create(&key(1, 2), &record(Some("1")), Some(&one), NOW));
    sends!("EVALSHA", store.destroy(&two, Some("1"), NOW));
}

/// The client of a cluster sends a call again if it lost the answer.
#[tokio::test]
async fn a_call_that_comes_twice_is_answered_alike() {
    let Some(cluster) = RedisCluster::start() else { return };
    let store = connected(&cluster).await;
    let mut commands: Vec<_> = cluster.servers().iter().map(RedisServer::commands).collect();
    let (old, new, patch) = (key(1, 0), key(1, 1), Patch::new(NOW, NOW + HOUR));
    assert_eq!(store.create(&old, &record(Some("1")), None, NOW).await.unwrap(), Verdict::Done);
    let create = sent!(commands);
    assert_eq!(again(&cluster, &create), "0");
    assert_eq!(store.create(&old, &record(Some("1")), None, NOW).await.unwrap(), Verdict::Taken);
    assert_eq!(again(&cluster, &sent!(commands)), "2");
    assert_eq!(store.rename(&old, &new, &patch, NOW).await.unwrap(), Verdict::Done);
    let rename = sent!(commands);
    assert_eq!(again(&cluster, &rename), "0");
    assert_eq!(store.rename(&old, &new, &patch, NOW).await.unwrap(), Verdict::Gone);
    assert_eq!(again(&cluster, &sent!(commands)), "1");
    let next = key(1, 2);
    let in_place = store.create(&next, &record(Some("1")), Some(&old), NOW).await.unwrap();
    assert_eq!(in_place, Verdict::Done);
    let in_place = sent!(commands);
    assert_eq!(again(&cluster, &in_place), "0");
    assert_eq!(store.list("1", NOW).await.unwrap().len(), 1);
    // The list was asked for everywhere.
    drop(sent!(commands));
    // Nor does it bring back what was ended.
    assert!(!store.destroy(&next, Some("2"), NOW).await.unwrap());
    assert_eq!(again(&cluster, &sent!(commands)), "0");
    assert!(store.destroy(&old, None, NOW).await.unwrap());
    let destroy = sent!(commands);
    assert_eq!(again(&cluster, &destroy), "1");
    assert!(!store.destroy(&old, None, NOW).await.unwrap());
    assert_eq!(again(&cluster, &rename), "1");
    for create in [&create, &in_place] {
        assert_eq!(again(&cluster, create), "0");
    }
    for former in [old, new, next] {
        assert_eq!(store.load(&former, NOW).await.unwrap(), Loaded::Former);
    }
    assert!(store.list("1", NOW).await.unwrap().is_empty());
}

/// Sends a command again, to the machine that does not send it elsewhere.
fn again(cluster: &RedisCluster, sent: &[String]) -> String {
    // The last one: the one before may be this function's own.
    let command = sent.iter().rfind(|line| line.starts_with("\"EVALSHA\"")).expect("a script");
    let parts: Vec<&str> = command.trim_matches('"').split("\" \"").collect();
    let mut answers = cluster.servers().iter().map(|server| server.ask(&parts));
    answers.find(|answer| !answer.starts_with("MOVED")).expect("a machine")
}

#[tokio::test]
async fn slots_that_moved_are_followed() {
    let Some(cluster) = RedisCluster::start() else { return };
    let store = connected(&cluster).await;
    assert_eq!(
        store.create(&key(1, 0), &record(Some("1")), None, NOW).await.unwrap(),
        Verdict::Done
    );
    let ids = cluster.servers().iter().map(|server| server.ask(&["CLUSTER", "MYID"]));
    let ids: Vec<String> = ids.collect();
    let slot = cluster.servers()[0].ask(&["CLUSTER", "KEYSLOT", "{01}"]);
    let has = |server: &RedisServer| {
        server.ask(&["CLUSTER", "COUNTKEYSINSLOT", &slot]).parse::<u32>().unwrap() > 0
    };
    let from = cluster.servers().iter().position(has).unwrap();
    let to = (from + 1) % ids.len();
    let (source, target) = (&cluster.servers()[from], &cluster.servers()[to]);
    let set = |server: &RedisServer, what: &str, id: &str| {
        assert_eq!(server.ask(&["CLUSTER", "SETSLOT", &slot, what, id]), "OK");
    };
    set(target, "IMPORTING", &ids[from]);
    set(source, "MIGRATING", &ids[to]);
    // Half way: what is not here any more is asked for there.
    let port = target.port().to_string();
    let keys = source.ask(&["CLUSTER", "GETKEYSINSLOT", &slot, "10"]);
    let migrate = ["MIGRATE", "127.0.0.1", &port, "", "0", "1000", "KEYS"];
    let keys: Vec<&str> = keys.lines().collect();
    assert_eq!(keys.len(), 2);
    assert_eq!(source.ask(&[&migrate[..], &keys].concat()), "OK");
    assert!(store.load(&key(1, 0), NOW).await.unwrap().session().is_some());
    assert_eq!(
        store.patch(&key(1, 0), &Patch::new(NOW, NOW + HOUR), NOW).await.unwrap(),
        Verdict::Done
    );
    for server in [target, source] {
        set(server, "NODE", &ids[to]);
    }
    assert!(store.load(&key(1, 0), NOW).await.unwrap().session().is_some());
    assert_eq!(store.list("1", NOW).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_machine_that_comes_back_is_used_again() {
    let Some(mut cluster) = RedisCluster::start() else { return };
    let store = connected(&cluster).await;
    let mut all = Vec::new();
    for first in 0..=u8::MAX {
        let verdict = store.create(&key(first, 0), &record(None), None, NOW).await.unwrap();
        assert_eq!(verdict, Verdict::Done);
        all.push(key(first, 0));
    }
    cluster.servers_mut()[1].kill();
    let mut failed = 0;
    let start = Instant::now();
    for key in &all[..16] {
        let start = Instant::now();
        failed += u32::from(store.load(key, NOW).await.is_err());
        println!("A call took {:?}.", start.elapsed());
        assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    }
    println!("16 calls with a machine away took {:?}, {failed} failed.", start.elapsed());
    cluster.servers_mut()[1].restart();
    cluster.wait();
    let start = Instant::now();
    for key in &all {
        while store.load(key, NOW).await.is_err() {
            assert!(start.elapsed() < Duration::from_secs(1), "not back");
        }
    }
    println!("All machines served {:?} after the cluster was whole.", start.elapsed());
}

#[tokio::test]
async fn a_paused_machine_keeps_only_its_own_callers_waiting() {
    let Some(cluster) = RedisCluster::start() else { return };
    let store = connected(&cluster).await;
    let load = async |first| timeout(DEADLINE, store.load(&key(first, 0), NOW)).await;
    cluster.servers()[1].pause();
    let answers = join_all((0..=u8::MAX).map(&load)).await;
    let answered = answers.iter().filter(|answer| answer.is_ok()).count();
    assert!((100..250).contains(&answered), "{answered}");
    cluster.servers()[1].resume();
    let start = Instant::now();
    for first in 0..=u8::MAX {
        assert_eq!(load(first).await.expect("an answer in time").unwrap(), Loaded::Nothing);
    }
    assert!(start.elapsed() < DEADLINE, "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_cluster_is_not_taken_for_a_server_nor_a_server_for_a_cluster() {
    let Some(cluster) = RedisCluster::start() else { return };
    let machine = Redis::open(&cluster.servers()[0].url()).unwrap();
    let error = machine.prepare(false).await.unwrap_err().to_string();
    assert!(error.contains("`redis-cluster://`"), "{error}");
    let Some(server) = RedisServer::start() else { return };
    let store = Redis::cluster([server.url()]).unwrap();
    let error = store.prepare(false).await.unwrap_err().to_string();
    assert!(error.contains("cluster support disabled") && error.contains("`redis://`"), "{error}");
}
