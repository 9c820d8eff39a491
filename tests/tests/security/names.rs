//! A visitor's text as the name of a field.

use rocket::{get, routes};
use serde::ser::Error;
use serde::{Serialize, Serializer};
use session_runtime::prelude::*;
use session_runtime::{Format, SessionFairing};
use session_tests::log::Line;
use session_tests::{Browser, KEY, NOW, app, clock, fairing, flask};

use super::forge;

/// Line breaks of every kind, a forged line, a terminal escape, and direction
/// marks.
const NAME: &str = "a%0D%0A2026-01-01%20ERROR%20%1B%5B31mforged%C2%85%E2%80%A8%E2%80%AE%C2%9B";

fn name() -> String {
    "a\r\n2026-01-01 ERROR \u{1b}[31mforged\u{85}\u{2028}\u{202e}\u{9b}".into()
}

/// A value whose serializer's error repeats the visitor's text.
struct Refuses(String);

impl Serialize for Refuses {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(S::Error::custom(format!("no {}", self.0)))
    }
}

#[get("/infinite?<name>")]
fn infinite(session: Session, name: &str) {
    session.set(name, f64::INFINITY);
}

#[get("/refuses?<name>")]
fn refuses(session: Session, name: &str) {
    session.set("field", Refuses(name.into()));
}

#[get("/reserved?<name>")]
fn reserved(session: Session, name: &str) {
    session.set(&format!("_flash.{name}"), 1);
}

#[get("/large?<name>")]
fn large(session: Session, name: &str) {
    // This does not compress, so it is too large for Flask's format as well.
    let hash = |n: u32| n.wrapping_mul(2_654_435_761).to_string();
    session.set(name, (0..5000).map(hash).collect::<String>());
}

#[get("/other?<name>")]
fn other(session: Session, name: &str) -> String {
    session.set(name, "text");
    format!("{:?} {:?}", session.get::<u32>(name), session.take::<u32>(name))
}

#[get("/category?<name>")]
fn category(session: Session, name: &str) {
    (0..40).for_each(|n| session.flash_as(name, n.to_string()));
    session.set("n", f64::NAN);
}

fn browser(fairing: SessionFairing) -> Browser {
    let routes = routes![infinite, refuses, reserved, large, other, category];
    Browser::new(app(fairing, routes))
}

/// Checks that each entry is one line without control characters.
fn is_plain(log: &[Line], path: &str) {
    let ours = log.iter().filter(|line| line.is_ours());
    let bad = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{202e}');
    for line in ours {
        assert!(!line.text.contains(bad), "{path}: {:?}", line.text);
    }
}

#[test]
fn line_51_a_name_with_line_breaks_is_escaped_in_the_log() {
    for fairing in [fairing(&clock()), fairing(&clock()).format(Format::Flask)] {
        for path in ["infinite", "refuses", "reserved", "large", "other", "category"] {
            let browser = browser(fairing.clone());
            let answer = browser.get(&format!("/{path}?name={NAME}"));
            is_plain(&answer.log, path);
            let said = [answer.errors(), answer.warnings()].concat();
            assert!(!said.is_empty(), "{path}");
            if path != "category" {
                let shown = r"a\r\n2026-01-01 ERROR \u{1b}[31mforged\u{85}\u{2028}\u{202e}\u{9b}";
                assert!(said[0].contains(shown), "{path}: {said:?}");
            }
        }
    }
}

#[test]
fn line_51_names_that_come_in_a_cookie_are_escaped_too() {
    let payload = |value: &str| format!("{{{}:{value}}}", serde_json::to_string(&name()).unwrap());
    let browser = browser(fairing(&clock()).accept([Format::Flask]));
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    for value in ["NaN", &deep] {
        browser.take_cookie(flask::sign(KEY, &payload(value), NOW));
        let answer = browser.get("/infinite?name=n");
        is_plain(&answer.log, value);
        assert!(answer.warnings()[0].contains(r"a\r\n2026"), "{:?}", answer.log);
    }
    browser.take_cookie(forge().sign(payload("true"), NOW));
    let answer = browser.get(&format!("/large?name={NAME}"));
    is_plain(&answer.log, "signed");
}
