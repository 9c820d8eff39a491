//! A session in a store has a size limit, so that a visitor cannot fill the store.

use rocket::{Build, Rocket, post, routes};
use session_runtime::SessionFairing;
use session_runtime::prelude::*;
use session_tests::faulty::{Faulty, key_of};
use session_tests::{Browser, app, clock, fairing};

#[post("/set/<name>/<bytes>")]
fn set(session: Session, name: &str, bytes: usize) {
    session.set(name, "x".repeat(bytes));
}

#[post("/remove/<name>")]
fn remove(session: Session, name: &str) {
    session.remove(name);
}

#[post("/flash/<bytes>")]
fn flash(session: Session, bytes: usize) {
    session.flash("x".repeat(bytes));
}

#[post("/show")]
fn show(session: Session) -> String {
    session.flashes().len().to_string()
}

#[post("/renew")]
fn renew(session: Session) {
    session.renew();
}

fn application(fairing: SessionFairing) -> Rocket<Build> {
    app(fairing, routes![set, remove, flash, show, renew])
}

fn visitor(store: &Faulty, limit: Option<usize>) -> Browser {
    let fairing = fairing(&clock()).store(store.clone());
    Browser::new(application(match limit {
        Some(limit) => fairing.max_session_size(limit),
        None => fairing,
    }))
}

#[test]
fn the_text_of_all_fields_may_have_64_kib_and_no_more() {
    let store = Faulty::default();
    let browser = visitor(&store, None);
    // Three bytes are for the name and two quotes.
    let largest = 64 * 1024 - 3;
    assert_eq!(browser.post(&format!("/set/a/{largest}")).status, 200);
    let row = store.row(&key_of(&browser.cookie().unwrap())).unwrap();
    for path in [format!("/set/a/{}", largest + 1), "/set/b/1".to_owned(), "/flash/1".to_owned()] {
        let answer = browser.post(&path);
        assert_eq!((answer.status, answer.set_cookie()), (500, None), "{path}");
        let error = answer.errors().join("");
        for part in ["65536 is the limit", "`a` (6553", "type `max_session_size = 131072`"] {
            assert!(error.contains(part), "{path}: {error}");
        }
    }
    assert_eq!(store.row(&key_of(&browser.cookie().unwrap())).unwrap(), row);
    assert_eq!(browser.post("/set/a/1").status, 200);
}

#[test]
fn the_limit_can_be_set() {
    let store = Faulty::default();
    let browser = visitor(&store, Some(1_000));
    assert_eq!(browser.post("/set/a/997").status, 200);
    assert_eq!(browser.post("/set/a/998").status, 500);
}

#[test]
fn messages_count_and_the_oldest_make_room() {
    let store = Faulty::default();
    let browser = visitor(&store, Some(10_000));
    for n in 1..=9 {
        let answer = browser.post("/flash/1000");
        assert_eq!((answer.status, answer.warnings()), (200, vec![]), "{n}");
    }
    let row = store.row(&key_of(&browser.cookie().unwrap())).unwrap();
    for path in ["/flash/1000", "/set/a/1000"] {
        let answer = browser.post(path);
        assert_eq!(answer.status, 200, "{path}");
        let said = answer.warnings().join("");
        assert!(said.contains("too large with all flash messages"), "{path}: {said}");
    }
    let left = store.row(&key_of(&browser.cookie().unwrap())).unwrap();
    // Two of the nine were dropped for the new one.
    let kept = row.fields.keys().filter(|name| left.fields.contains_key(*name));
    assert_eq!(kept.count(), 7);
    assert_eq!(browser.post("/show").body, "8");
}

#[test]
fn a_message_that_does_not_fit_alone_takes_no_other_with_it() {
    let store = Faulty::default();
    let browser = visitor(&store, Some(10_000));
    browser.post("/flash/1000");
    let answer = browser.post("/flash/10000");
    assert_eq!((answer.status, answer.set_cookie()), (500, None));
    assert!(answer.errors().join("").contains("`flash messages` (11"), "{:?}", answer.log);
    assert_eq!(browser.post("/show").body, "1");
}

#[test]
fn a_session_that_is_too_large_already_may_shrink_and_be_renewed() {
    let store = Faulty::default();
    let browser = visitor(&store, Some(1_000));
    assert_eq!(browser.post("/set/a/900").status, 200);
    // Another request wrote this at the same time.
    let key = key_of(&browser.cookie().unwrap());
    let mut row = store.row(&key).unwrap();
    row.fields.insert("b".into(), format!("\"{}\"", "x".repeat(900)));
    store.put(&key, &row);
    assert_eq!(browser.post("/set/c/1").status, 500);
    assert_eq!(browser.post("/renew").status, 200);
    assert_eq!(browser.post("/set/b/800").status, 200);
    assert_eq!(browser.post("/remove/a").status, 200);
    assert_eq!(browser.post("/set/c/1").status, 200);
}
