//! Two overlapping requests of one visitor: the slow one has read the session
//! before the fast one changes it.

use std::time::Duration;

use session_runtime::SessionFairing;
use session_tests::faulty::{Faulty, identifier, key_of};
use session_tests::{Answer, Browser, clock, fairing};

use super::overlap::{Overlap, overlap};
use super::{in_store, visitor, visitor_of};

const GONE: &str = "the change is dropped";

/// A visitor who did `before`, and then sent the two requests at once.
fn overlapped(before: &str, slow: &str, fast: &str) -> (Faulty, Browser, Overlap) {
    let store = Faulty::default();
    let browser = visitor(&store);
    browser.post(&format!("/do/{before}"));
    let overlap = overlap(in_store(&store), &browser, slow, fast);
    assert_eq!((overlap.slow.status, overlap.fast.status), (200, 200));
    (store, browser, overlap)
}

#[test]
fn changes_of_different_fields_are_both_kept() {
    let (_, browser, both) = overlapped("note-a", "visit", "note-b");
    assert_eq!(browser.get("/").body, "nobody 1 b");
    assert_eq!((both.slow.set_cookie(), both.fast.set_cookie()), (None, None));
    assert!(both.slow.warnings().is_empty());
}

#[test]
fn of_two_changes_of_one_field_the_last_one_stays() {
    let (_, browser, _) = overlapped("visit", "note-slow", "note-fast");
    assert_eq!(browser.get("/").body, "nobody 1 slow");
}

#[test]
fn taking_a_field_does_not_remove_another() {
    let (_, browser, _) = overlapped("note-a+visit", "forget", "visit");
    assert_eq!(browser.get("/").body, "nobody 2 -");
}

#[test]
fn messages_of_two_requests_are_both_shown_once() {
    let (_, browser, _) = overlapped("note-a", "flash-one+flash-two", "flash-three+flash-four");
    let shown = browser.post("/do/show").body;
    // They have the same second. Each request's own messages stay in order.
    assert!(["one two three four", "three four one two"].contains(&shown.as_str()), "{shown}");
    assert_eq!(browser.post("/do/show").body, "");
}

#[test]
fn a_message_that_came_while_others_were_shown_waits() {
    for before in ["note-a+flash-old", "flash-old"] {
        let (_, browser, both) = overlapped(before, "show", "flash-new");
        assert_eq!(both.slow.body, "old");
        assert_eq!(both.slow.set_cookie(), None);
        assert_eq!(browser.post("/do/show").body, "new", "{before}");
        assert_eq!(browser.post("/do/show").body, "", "{before}");
    }
}

/// The answer has no cookie, and there is a warning that the change is dropped.
fn is_dropped(answer: &Answer) {
    assert_eq!(answer.set_cookie(), None);
    let warnings = answer.warnings();
    assert!(warnings.iter().any(|line| line.contains(GONE)), "{warnings:?}");
}

#[test]
fn a_change_of_a_session_that_was_cleared_is_dropped() {
    for slow in ["visit", "flash-x", "permanent-true", "renew", "forget", "leave+flash-bye"] {
        let (store, browser, both) = overlapped("login-zoe+note-a", slow, "clear");
        assert!(both.fast.issued().is_removal());
        is_dropped(&both.slow);
        let created = store.calls().iter().filter(|call| **call == "create").count();
        assert_eq!(created, 1, "{slow}");
        assert!(store.row(&key_of(&browser.cookie().unwrap())).is_none(), "{slow}");
        assert_eq!(browser.get("/").body, "nobody 0 -", "{slow}");
    }
}

#[test]
fn a_sign_out_of_a_session_that_was_cleared_is_done_already() {
    let (_, browser, both) = overlapped("login-zoe+note-a", "leave", "clear");
    assert_eq!((both.slow.set_cookie(), both.slow.warnings()), (None, vec![]));
    assert_eq!(browser.get("/").body, "nobody 0 -");
}

#[test]
fn a_sign_in_that_ends_after_a_clear_begins_a_session_with_nothing_of_the_old_one() {
    let (store, browser, both) = overlapped("login-zoe+note-a", "login-max+visit", "clear");
    let cookie = both.slow.issued().value;
    assert!(store.row(&key_of(&browser.cookie().unwrap())).is_none());
    browser.take_cookie(cookie);
    assert_eq!(browser.get("/").body, "max 1 -");
}

#[test]
fn a_change_of_a_session_that_was_renewed_follows_it() {
    for renewal in ["login-zoe", "renew"] {
        let (store, browser, both) = overlapped("note-a", "visit+flash-x", renewal);
        let renewed = both.fast.issued().value;
        assert_eq!((both.slow.set_cookie(), both.slow.warnings()), (None, vec![]));
        assert!(store.row(&key_of(&browser.cookie().unwrap())).is_none());
        browser.take_cookie(renewed);
        assert!(browser.get("/").body.ends_with(" 1 a"), "{renewal}");
        assert_eq!(browser.post("/do/show").body, "x", "{renewal}");
    }
}

#[test]
fn of_two_renewals_one_wins_and_the_other_sends_no_cookie() {
    let (_, browser, both) = overlapped("note-a", "renew+visit", "renew");
    assert_eq!((both.slow.set_cookie(), both.slow.warnings()), (None, vec![]));
    browser.take_cookie(both.fast.issued().value);
    assert_eq!(browser.get("/").body, "nobody 1 a");
}

#[test]
fn a_logout_ends_what_another_request_is_filling() {
    let (store, browser, both) = overlapped("login-zoe", "clear", "note-a");
    assert!(both.slow.issued().is_removal());
    assert!(store.row(&key_of(&browser.cookie().unwrap())).is_none());
}

#[test]
fn a_session_that_one_request_empties_keeps_what_another_fills_in() {
    for (before, slow) in [("note-a", "forget"), ("flash-x", "show")] {
        let (_, browser, both) = overlapped(before, slow, "visit");
        assert_eq!(both.slow.set_cookie(), None, "{before}");
        assert_eq!(both.slow.list("Cache-Control"), ["no-cache", "private"], "{before}");
        assert_eq!(browser.get("/").body, "nobody 1 -", "{before}");
        assert_eq!(browser.post("/do/show").body, "", "{before}");
    }
}

#[test]
fn a_session_that_lost_its_owner_while_it_was_filled_has_a_new_identifier() {
    let (store, browser, both) = overlapped("login-zoe", "leave", "visit");
    let old = browser.cookie().unwrap();
    let new = both.slow.issued();
    assert!(!new.is_removal());
    assert_ne!(identifier(&new.value), identifier(&old));
    assert!(store.row(&key_of(&old)).is_none());
    browser.take_cookie(new.value);
    assert_eq!(browser.get("/").body, "nobody 1 -");
}

#[test]
fn a_touch_of_an_ended_session_does_no_harm() {
    let store = Faulty::default();
    let clock = clock();
    let fairing = fairing(&clock).store(store.clone());
    let browser = visitor_of(&store, fairing.clone());
    browser.post("/do/note-a");
    clock.advance(Duration::from_secs(16 * session_tests::DAY));
    let both = overlap(fairing, &browser, "read", "clear");
    assert_eq!((both.slow.status, both.slow.body.as_str()), (200, "nobody 0 a"));
    assert_eq!((both.slow.set_cookie(), both.slow.warnings()), (None, vec![]));
}

fn of_an_hour(store: &Faulty, clock: &session_runtime::Clock) -> SessionFairing {
    fairing(clock).store(store.clone()).lifetime(Duration::from_secs(3600))
}

#[test]
fn a_lifetime_holds_though_another_request_did_not_know_of_it() {
    let (store, clock) = (Faulty::default(), clock());
    let browser = visitor_of(&store, of_an_hour(&store, &clock));
    browser.post("/do/note-a");
    overlap(of_an_hour(&store, &clock), &browser, "visit", "lifetime-60");
    clock.advance(Duration::from_secs(61));
    assert_eq!(browser.get("/").body, "nobody 0 -");
}

#[test]
fn a_late_sign_in_begins_with_all_that_it_wrote_also_what_it_had_loaded() {
    let deeds = "login-zoe+note-a+permanent-true+lifetime-600";
    let (store, browser, both) = overlapped(&format!("{deeds}+visit"), deeds, deeds);
    let issued = both.slow.issued();
    assert_eq!(issued.max_age(), Some(600));
    let row = store.row(&key_of(&issued.value)).unwrap();
    let names: Vec<_> = row.fields.keys().map(String::as_str).collect();
    // Nothing else is in it, such as the visits.
    assert_eq!(names, ["_lifetime", "_permanent", "note", "username"]);
    browser.take_cookie(issued.value);
    assert_eq!(browser.get("/").body, "zoe 0 a");
}

#[test]
fn a_late_sign_in_keeps_no_permanence_that_it_did_not_ask_for() {
    let (store, _, both) =
        overlapped("login-zoe+permanent-true+lifetime-600", "login-zoe", "login-zoe");
    let issued = both.slow.issued();
    assert_eq!(issued.max_age(), None);
    let row = store.row(&key_of(&issued.value)).unwrap();
    assert_eq!(row.fields.keys().collect::<Vec<_>>(), ["username"]);
    assert!(row.expires > row.seen + 600);
}

#[test]
fn permanence_and_a_lifetime_that_two_requests_set_are_both_kept() {
    for (slow, fast) in [("permanent-true", "lifetime-600"), ("lifetime-600", "permanent-true")] {
        let (store, browser, _) = overlapped("note-a", slow, fast);
        let row = store.row(&key_of(&browser.cookie().unwrap())).unwrap();
        let names: Vec<_> = row.fields.keys().map(String::as_str).collect();
        assert_eq!(names, ["_lifetime", "_permanent", "note"], "{slow}");
    }
}
