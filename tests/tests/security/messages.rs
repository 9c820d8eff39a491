//! Messages that are never shown.

use std::fmt::Write;

use rocket::http::Status;
use rocket::{get, routes};
use session_runtime::prelude::*;
use session_runtime::{Format, SessionFairing};
use session_tests::faulty::{Faulty, key_of};
use session_tests::{Answer, Browser, KEY, NOW, app, clock, fairing, flask};

use super::forge;

/// The most messages that may wait.
const MOST: usize = 32;

#[get("/flash/<text>")]
fn flash(session: Session, text: &str) {
    session.flash(text);
}

#[get("/flash-many/<count>")]
fn flash_many(session: Session, count: usize) {
    (0..count).for_each(|n| session.flash(n.to_string()));
}

#[get("/show")]
fn show(session: Session) -> String {
    let shown = session.flashes();
    shown.iter().map(|flash| flash.message.as_str()).collect::<Vec<_>>().join(" ")
}

/// Messages shown in a 500 keep waiting, because nobody reads a 500.
#[get("/show-and-fail")]
fn show_and_fail(session: Session) -> (Status, String) {
    session.flash("late");
    (Status::InternalServerError, session.flashes().len().to_string())
}

#[get("/set/<n>")]
fn set_to(session: Session, n: u32) {
    session.set("n", n);
}

fn browser(fairing: SessionFairing) -> Browser {
    let routes = routes![flash, flash_many, show, show_and_fail, set_to];
    Browser::new(app(fairing, routes))
}

/// The numbers `from..to`, separated by spaces.
fn numbers(from: usize, to: usize) -> String {
    (from..to).map(|n| n.to_string()).collect::<Vec<_>>().join(" ")
}

fn warns_of(answer: &Answer, count: usize) {
    let said = answer.warnings();
    let words = ["flash messages", &format!(" {count} "), "session.flashes()"];
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(words.iter().all(|word| said[0].contains(word)), "{words:?} in {said:?}");
}

fn formats() -> impl Iterator<Item = (&'static str, SessionFairing)> {
    [
        ("signed", fairing(&clock())),
        ("encrypted", fairing(&clock()).format(Format::Encrypted)),
        ("flask", fairing(&clock()).format(Format::Flask)),
        ("store", fairing(&clock()).store(Faulty::default())),
    ]
    .into_iter()
}

#[test]
fn line_38_of_more_than_32_messages_the_oldest_goes_with_a_warning() {
    for (format, fairing) in formats() {
        let browser = browser(fairing);
        for n in 0..100 {
            let answer = browser.get(&format!("/flash/{n}"));
            assert_eq!(answer.status, 200, "{format}, {n}: {answer:?}");
            match n {
                0..MOST => assert!(answer.warnings().is_empty(), "{format}, {n}: {answer:?}"),
                _ => warns_of(&answer, 1),
            }
        }
        assert_eq!(browser.get("/show").body, numbers(100 - MOST, 100), "{format}");
        assert_eq!(browser.get("/show").body, "", "{format}");
    }
}

#[test]
fn line_38_messages_of_one_request_are_bounded_too() {
    for (format, fairing) in formats() {
        let browser = browser(fairing);
        assert!(browser.get("/flash-many/32").warnings().is_empty(), "{format}");
        warns_of(&browser.get("/flash-many/100"), 100);
        assert_eq!(browser.get("/show").body, numbers(100 - MOST, 100), "{format}");
    }
}

#[test]
fn line_38_what_is_too_much_leaves_the_row_in_the_same_write() {
    let store = Faulty::default();
    let browser = browser(fairing(&clock()).store(store.clone()));
    for n in 0..40 {
        browser.get(&format!("/flash/{n}"));
    }
    let key = key_of(&browser.cookie().unwrap());
    assert_eq!(store.row(&key).unwrap().fields.len(), MOST);
    drop(store.calls());
    browser.get("/flash-many/40");
    assert_eq!(store.calls(), ["load", "patch"]);
    assert_eq!(store.row(&key).unwrap().fields.len(), MOST);
    // Another version, or concurrent requests, may have put more there.
    let mut record = store.row(&key).unwrap();
    for n in 0..100 {
        let name = format!("_flash.0000000000.{n:04x}.0000000000000000.0000");
        record.fields.insert(name, r#"["message","old"]"#.into());
    }
    store.put(&key, &record);
    warns_of(&browser.get("/flash/last"), 101);
    assert_eq!(browser.get("/show").body, format!("{} last", numbers(9, 40)));
    assert!(store.row(&key).is_none_or(|record| record.fields.is_empty()));
}

#[test]
fn line_38_messages_that_came_from_elsewhere_count() {
    let pairs = |open: &str, close: &str| {
        let mut list = String::new();
        for n in 0..60 {
            let comma = if n > 0 { "," } else { "" };
            write!(list, r#"{comma}{open}["message","{n}"]{close}"#).unwrap();
        }
        format!(r#"{{"_flashes":[{list}]}}"#)
    };
    let signed = forge().sign(pairs("", ""), NOW);
    let by_flask = flask::sign(KEY, &pairs(r#"{" t":"#, "}"), NOW);
    for (value, fairing) in
        [(signed, fairing(&clock())), (by_flask, fairing(&clock()).format(Format::Flask))]
    {
        let browser = browser(fairing);
        browser.take_cookie(value);
        // A request that does not use messages leaves them alone.
        assert!(browser.get("/set/1").warnings().is_empty());
        warns_of(&browser.get("/flash/60"), 29);
        assert_eq!(browser.get("/show").body, numbers(29, 61));
    }
}

#[test]
fn line_38_messages_that_are_shown_where_nobody_reads_them_count() {
    for (format, fairing) in formats() {
        let browser = browser(fairing);
        browser.get("/flash-many/32");
        assert_eq!(browser.get("/show-and-fail").body, "33", "{format}");
        assert_eq!(browser.get("/show").body, format!("{} late", numbers(1, 32)), "{format}");
    }
}

/// Thirty-two of them do not fit into a cookie, but the visitor can go on.
#[test]
fn line_38_messages_that_nobody_shows_lock_nobody_out() {
    let text = "x".repeat(150);
    for format in [Format::Signed, Format::Encrypted, Format::Flask] {
        let browser = browser(fairing(&clock()).format(format));
        for n in 0..40 {
            let answer = browser.get(&format!("/flash/{text}{n:03}"));
            assert_eq!(answer.status, 200, "{format:?} {n}");
        }
        let answer = browser.get("/set/1");
        assert_eq!(answer.status, 200, "{format:?}");
        let shown = browser.get("/show").body;
        assert!(shown.ends_with("039") && shown.len() > 15 * 154, "{format:?}: {shown}");
    }
}
