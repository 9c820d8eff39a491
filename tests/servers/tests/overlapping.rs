//! Two overlapping requests over each store, held to the rules and the promises
//! of [`session_tests::overlapping`]: the cases that an attack on the first
//! version found, in both orders, and a sample of all others (all of them with
//! `SESSION_TEST_LOAD=full`).

use std::time::{Duration, Instant};

use session_runtime::store::{Postgres, Redis, Sqlite, Store};
use session_server_tests::postgres::PostgresServer;
use session_server_tests::redis::{RedisCluster, RedisServer};
use session_server_tests::{folder, text};
use session_tests::log;
use session_tests::overlapping::{
    Case, Deed, Start, a_moment_after, beside, every, explore, orders,
};

/// By the lines of the security list that they come from.
fn found() -> impl Iterator<Item = Case> {
    let line_40 = beside(Deed::Show, Deed::Write).chain(beside(Deed::Show, Deed::SignIn));
    let line_41 = a_moment_after(Deed::Renew).chain(a_moment_after(Deed::SignIn));
    let line_43 = beside(Deed::Clear, Deed::Renew).chain(beside(Deed::Leave, Deed::Renew));
    line_40.chain(line_41).chain(line_43)
}

// One case in this many is run, so that each store takes a few seconds. None of
// these numbers has a factor in common with the number of cases.
const SQLITE: usize = 19;
const POSTGRES: usize = 17;
const REDIS: usize = 11;
const CLUSTER: usize = 47;

fn sample(step: usize) -> impl Iterator<Item = Case> {
    every(2, true).step_by(step)
}

/// One run after the other in one application: each case has a visitor and
/// owners of its own.
fn run(what: &str, store: impl Store, step: usize) {
    log::only_warnings();
    let start = Instant::now();
    // A machine that is busy with other tests is no store that fails.
    let patient = Duration::from_secs(30);
    let full = std::env::var("SESSION_TEST_LOAD").is_ok_and(|load| load == "full");
    let cases = found().chain(sample(if full { 1 } else { step }));
    let report = explore(|fairing| fairing.store(store).store_timeout(patient), cases);
    println!("{what}: {report:?} in {:?}", start.elapsed());
    assert!(report.cases > found().count(), "{report:?}");
}

#[test]
fn the_cases_that_were_found_are_all_there() {
    // Six orders and two starts for each of two deeds, sent in both orders.
    assert_eq!(beside(Deed::Show, Deed::SignIn).count(), 24);
    // Three orders and two starts for each deed that comes after.
    assert_eq!(a_moment_after(Deed::Renew).count(), 6 * Deed::ALL.len());
    assert_eq!(found().count(), 4 * 24 + 2 * 60);
}

#[test]
fn a_sample_meets_every_order_start_and_deed() {
    for step in [SQLITE, POSTGRES, REDIS, CLUSTER] {
        for steps in orders(2, true) {
            assert!(sample(step).any(|case| case.steps == steps), "{steps:?}");
        }
        for start in Start::ALL {
            assert!(sample(step).any(|case| case.start == start), "{start:?}");
        }
        for (deed, request) in Deed::ALL.iter().flat_map(|deed| [(deed, 0), (deed, 1)]) {
            assert!(sample(step).any(|case| case.deeds[request] == *deed), "{deed:?}");
        }
    }
}

#[test]
fn sqlite() {
    let folder = folder();
    let file = format!("sqlite://{}", text(&folder.path().join("sessions.db")));
    run("SQLite", Sqlite::open(&file).unwrap(), SQLITE);
}

#[test]
fn postgres() {
    let Some(server) = PostgresServer::start(&["fsync=off"]) else { return };
    run("PostgreSQL", Postgres::open(&server.url()).unwrap(), POSTGRES);
}

#[test]
fn redis() {
    let Some(server) = RedisServer::start() else { return };
    run("Redis", Redis::open(&server.url()).unwrap(), REDIS);
}

#[test]
fn redis_cluster() {
    let Some(cluster) = RedisCluster::start() else { return };
    run("a cluster of Redis", Redis::open(&cluster.url()).unwrap(), CLUSTER);
}
