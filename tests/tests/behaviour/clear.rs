//! `clear()` ends the session; `renew()` gives it a new identifier.

use std::time::Duration;

use rocket::{get, routes};
use session_runtime::prelude::*;
use session_tests::{Browser, DAY, Forge, KEY, NOW, app, at, fairing};

#[session(name: String, visits: u32 = 0)]
struct Visitor;

#[get("/clear-and-set/<name>")]
fn clear_and_set(session: Session<Visitor>, name: &str) -> String {
    session.clear();
    let gone = session.name().is_none() && session.visits() == 0 && !session.is_permanent();
    let empty = session.is_empty() && session.peek_flashes().is_empty();
    session.set_name(name);
    format!("{gone} {empty}")
}

#[get("/set-and-clear")]
fn set_and_clear(session: Session<Visitor>) -> &'static str {
    session.set_visits(5);
    session.flash("gone as well");
    session.set_lifetime(Duration::from_secs(60));
    session.clear();
    "cleared"
}

#[get("/renew")]
fn renew(session: Session<Visitor>) -> String {
    session.renew();
    session.name().unwrap_or_default().to_owned()
}

#[get("/logout")]
fn logout(session: Session<Visitor>) -> String {
    let before = session.flashes().len();
    session.clear();
    session.flash("Goodbye");
    format!("{before}")
}

#[get("/show")]
fn show(session: Session<Visitor>) -> String {
    session.flashes().into_iter().map(|flash| flash.message).collect()
}

fn browser(now: u64) -> Browser {
    Browser::new(app(fairing(&at(now)), routes![clear_and_set, set_and_clear, renew, logout, show]))
}

fn old_session() -> String {
    let forge = Forge::new(KEY, "session");
    let payload =
        r#"{"name":"Ann","visits":3,"other":[1],"_flashes":[["message","hi"]],"_permanent":true}"#;
    let stamp = forge.stamp(NOW - 9 * DAY, NOW - DAY).lifetime(2_000_000);
    forge.seal(payload, &stamp.encode())
}

#[test]
fn what_is_written_after_clear_belongs_to_a_new_session() {
    let browser = browser(NOW);
    let answer = browser.take_cookie(old_session()).get("/clear-and-set/Bob");
    assert_eq!(answer.body, "true true");
    let cookie = answer.issued();
    assert_eq!(cookie.payload(), r#"{"name":"Bob"}"#);
    assert_eq!((cookie.stamp().created, cookie.stamp().issued), (NOW, NOW));
    assert_eq!(cookie.stamp().lifetime, None);
    assert_eq!(cookie.max_age(), None);
}

#[test]
fn clear_and_the_same_value_still_begin_a_new_session() {
    let browser = browser(NOW);
    let forge = Forge::new(KEY, "session");
    browser.take_cookie(forge.sign(r#"{"name":"Ann"}"#, NOW - DAY));
    let cookie = browser.get("/clear-and-set/Ann").issued();
    assert_eq!(cookie.payload(), r#"{"name":"Ann"}"#);
    assert_eq!(cookie.stamp().created, NOW);
}

#[test]
fn clear_discards_what_this_request_wrote() {
    let browser = browser(NOW);
    let answer = browser.take_cookie(old_session()).get("/set-and-clear");
    assert!(answer.issued().is_removal());
    assert_eq!(browser.another().get("/set-and-clear").set_cookie(), None);
}

#[test]
fn renew_issues_a_cookie_with_the_same_data() {
    let browser = browser(NOW);
    let forge = Forge::new(KEY, "session");
    let payload = r#"{"name":"Ann","other":{"a":[1, 2]},"_flashes":[["message","hi"]]}"#;
    let answer = browser.take_cookie(forge.sign(payload, NOW - DAY)).get("/renew");
    assert_eq!(answer.body, "Ann");
    let cookie = answer.issued();
    assert_eq!(cookie.payload(), payload);
    assert_eq!(cookie.stamp().issued, NOW);
}

#[test]
fn renewing_nothing_sends_nothing() {
    assert_eq!(browser(NOW).get("/renew").set_cookie(), None);
}

#[test]
fn a_message_after_clear_is_the_only_one() {
    let browser = browser(NOW);
    let answer = browser.take_cookie(old_session()).get("/logout");
    assert_eq!(answer.body, "1");
    let cookie = answer.issued();
    assert_eq!(cookie.payload(), r#"{"_flashes":[["message","Goodbye"]]}"#);
    assert_eq!(cookie.stamp().created, NOW);
    assert_eq!(browser.get("/show").body, "Goodbye");
    assert!(browser.cookie().is_none());
}
