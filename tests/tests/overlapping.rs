//! Checks every order of two overlapping requests, and a sample of three (all of
//! them with `SESSION_TEST_LOAD=full`), by the rules and the promises of
//! [`session_tests::overlapping`].

use std::time::Instant;

use session_runtime::SessionFairing;
use session_runtime::store::Memory;
use session_tests::log;
use session_tests::overlapping::{Case, Report, every, explore};

fn memory(fairing: SessionFairing) -> SessionFairing {
    fairing.store(Memory::new())
}

fn run(what: &str, cases: impl Iterator<Item = Case>) -> Report {
    log::only_warnings();
    let start = Instant::now();
    let report = explore(memory, cases);
    println!("{what}: {report:?} in {:?}", start.elapsed());
    report
}

#[test]
fn two_requests_in_every_order() {
    let report = run("two requests", every(2, true));
    // Each of the documented exceptions occurs.
    let lost = report.lost;
    assert!(lost.answer > 0 && lost.overtaken > 0 && lost.other_session > 0, "{report:?}");
}

#[test]
fn three_requests() {
    // A sample: the step has no factor in common with the number of cases.
    let full = std::env::var("SESSION_TEST_LOAD").is_ok_and(|load| load == "full");
    let step = if full { 1 } else { 307 };
    run("three requests", every(3, false).step_by(step));
}
