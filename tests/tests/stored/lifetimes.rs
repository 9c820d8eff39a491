//! How long a session in a store lives.

use std::time::Duration;

use session_runtime::{Clock, Refresh, Refused, SessionFairing};
use session_tests::faulty::{Faulty, key_of};
use session_tests::{HOUR, MINUTE, NOW, clock, fairing};

use super::visitor_of;

const NOTHING: &str = "nobody 0 -";

/// Sessions with a lifetime of one hour.
fn of_an_hour(store: &Faulty, clock: &Clock) -> SessionFairing {
    fairing(clock).store(store.clone()).lifetime(Duration::from_secs(HOUR))
}

fn advance(clock: &Clock, seconds: u64) {
    clock.advance(Duration::from_secs(seconds));
}

#[test]
fn a_session_lives_through_the_last_second_of_its_lifetime() {
    let (store, clock) = (Faulty::default(), clock());
    let browser = visitor_of(&store, of_an_hour(&store, &clock));
    browser.post("/do/note-a");
    let late = browser.another();
    late.post("/do/note-b");
    advance(&clock, HOUR);
    assert_eq!(browser.get("/").body, "nobody 0 a");
    advance(&clock, 1);
    assert_eq!(late.get("/").body, NOTHING);
    assert_eq!(browser.stats().refused(Refused::Absent), 1);
    // A write after that goes to another session.
    let (old, new) = (late.cookie().unwrap(), late.post("/do/note-c").issued().value);
    assert_ne!(key_of(&old), key_of(&new));
    assert_eq!(store.row(&key_of(&new)).unwrap().created, NOW + HOUR + 1);
}

#[test]
fn activity_extends_a_session_with_one_touch_in_half_of_its_life() {
    let (store, clock) = (Faulty::default(), clock());
    let browser = visitor_of(&store, of_an_hour(&store, &clock));
    browser.post("/do/note-a");
    drop(store.calls());
    // Ten hours with one request per minute.
    for _ in 0..10 * 60 {
        advance(&clock, MINUTE);
        let answer = browser.get("/");
        assert_eq!((answer.body.as_str(), answer.set_cookie()), ("nobody 0 a", None));
        assert_eq!(answer.list("Cache-Control"), ["private"]);
    }
    let calls = store.calls();
    let count = |name| calls.iter().filter(|call| **call == name).count();
    assert_eq!((count("load"), count("patch")), (600, 20));
    assert_eq!(calls.len(), 620);
    assert_eq!(store.row(&key_of(&browser.cookie().unwrap())).unwrap().created, NOW);
}

#[test]
fn a_touch_comes_at_the_half_and_not_before() {
    let (store, clock) = (Faulty::default(), clock());
    let browser = visitor_of(&store, of_an_hour(&store, &clock));
    browser.post("/do/note-a");
    advance(&clock, HOUR / 2 - 1);
    drop(store.calls());
    browser.get("/");
    assert_eq!(store.calls(), ["load"]);
    advance(&clock, 1);
    browser.get("/");
    assert_eq!(store.calls(), ["load", "patch"]);
    browser.get("/");
    assert_eq!(store.calls(), ["load"]);
    let row = store.row(&key_of(&browser.cookie().unwrap())).unwrap();
    assert_eq!((row.seen, row.expires), (NOW + HOUR / 2, NOW + HOUR / 2 + HOUR));
}

#[test]
fn refresh_never_is_the_end_whatever_is_read() {
    let (store, clock) = (Faulty::default(), clock());
    let browser = visitor_of(&store, of_an_hour(&store, &clock).refresh(Refresh::Never));
    browser.post("/do/note-a+permanent-true");
    drop(store.calls());
    advance(&clock, HOUR);
    assert_eq!(browser.get("/").body, "nobody 0 a");
    assert_eq!(store.calls(), ["load"]);
    advance(&clock, 1);
    assert_eq!(browser.get("/").body, NOTHING);
}

#[test]
fn refresh_never_is_extended_by_a_write() {
    let (store, clock) = (Faulty::default(), clock());
    let browser = visitor_of(&store, of_an_hour(&store, &clock).refresh(Refresh::Never));
    browser.post("/do/note-a");
    advance(&clock, HOUR);
    browser.post("/do/note-b");
    advance(&clock, HOUR);
    assert_eq!(browser.get("/").body, "nobody 0 b");
}

#[test]
fn refresh_always_touches_a_permanent_session_each_time() {
    let (store, clock) = (Faulty::default(), clock());
    let browser = visitor_of(&store, of_an_hour(&store, &clock).refresh(Refresh::Always));
    browser.post("/do/note-a");
    drop(store.calls());
    advance(&clock, 1);
    assert_eq!(browser.get("/").set_cookie(), None);
    assert_eq!(store.calls(), ["load"]);
    browser.post("/do/permanent-true");
    drop(store.calls());
    for _ in 0..3 {
        advance(&clock, 1);
        assert_eq!(browser.get("/").issued().max_age(), Some(HOUR));
        assert_eq!(store.calls(), ["load", "patch"]);
    }
}

#[test]
fn nothing_extends_the_absolute_limit() {
    let (store, clock) = (Faulty::default(), clock());
    let limit = Duration::from_secs(3 * HOUR);
    let browser = visitor_of(&store, of_an_hour(&store, &clock).absolute_lifetime(limit));
    browser.post("/do/note-a");
    // Every ten minutes a read, a write or a renewal, in turn.
    for deeds in ["read", "visit", "renew"].iter().cycle().take(18) {
        advance(&clock, 10 * MINUTE);
        assert!(browser.post(&format!("/do/{deeds}")).body.ends_with(" a"), "{deeds}");
    }
    advance(&clock, 1);
    assert_eq!(browser.get("/").body, NOTHING);
}

#[test]
fn a_sign_in_begins_the_absolute_lifetime_anew() {
    for (deed, anew) in [("login-zoe", true), ("login-max", true), ("renew", false)] {
        let (store, clock) = (Faulty::default(), clock());
        let limit = Duration::from_secs(HOUR);
        let browser = visitor_of(&store, of_an_hour(&store, &clock).absolute_lifetime(limit));
        browser.post("/do/note-a+login-zoe");
        advance(&clock, 40 * MINUTE);
        browser.post(&format!("/do/{deed}"));
        advance(&clock, 40 * MINUTE);
        assert_eq!(browser.get("/").body.ends_with(" a"), anew, "{deed}");
    }
}

#[test]
fn a_lifetime_of_its_own_is_kept_with_the_session() {
    let (store, clock) = (Faulty::default(), clock());
    let browser = visitor_of(&store, of_an_hour(&store, &clock));
    browser.post("/do/note-a+lifetime-600");
    // A touch, a write and a renewal extend it by the same time.
    for deeds in ["read", "visit", "renew", "login-zoe"] {
        advance(&clock, 600);
        assert!(browser.post(&format!("/do/{deeds}")).body.ends_with(" a"), "{deeds}");
        let row = store.row(&key_of(&browser.cookie().unwrap())).unwrap();
        assert_eq!(row.expires, row.seen + 600, "{deeds}");
    }
    advance(&clock, 601);
    assert_eq!(browser.get("/").body, NOTHING);
}

#[test]
fn a_lifetime_of_its_own_may_be_longer_and_may_be_another_one_later() {
    let (store, clock) = (Faulty::default(), clock());
    let browser = visitor_of(&store, of_an_hour(&store, &clock));
    browser.post("/do/note-a+lifetime-7200");
    advance(&clock, 7200);
    assert_eq!(browser.post("/do/lifetime-60").body, "nobody 0 a");
    advance(&clock, 61);
    assert_eq!(browser.get("/").body, NOTHING);
}

#[test]
fn the_configured_lifetime_can_be_restored() {
    let (store, clock) = (Faulty::default(), clock());
    let browser = visitor_of(&store, of_an_hour(&store, &clock));
    browser.post("/do/note-a+lifetime-60");
    let row = || store.row(&key_of(&browser.cookie().unwrap())).unwrap();
    assert_eq!(row().expires, NOW + 60);
    browser.post("/do/lifetime-");
    assert_eq!(row().expires, NOW + HOUR);
    assert!(!row().fields.contains_key("_lifetime"), "{:?}", row().fields);
}
