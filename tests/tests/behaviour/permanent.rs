//! Permanent sessions: the browser keeps the cookie after it is closed.

use std::time::Duration;

use rocket::{get, routes};
use session_runtime::SessionFairing;
use session_runtime::prelude::*;
use session_tests::{Browser, DAY, Forge, HOUR, KEY, NOW, app, at, clock, fairing};

#[get("/remember/<permanent>")]
fn remember(session: Session, permanent: bool) -> String {
    let before = session.is_permanent();
    session.set("n", 1);
    session.set_permanent(permanent);
    format!("{before} {}", session.is_permanent())
}

#[get("/count")]
fn count(session: Session) -> String {
    let n = session.get::<u32>("n").unwrap_or_default() + 1;
    session.set("n", n);
    n.to_string()
}

#[get("/lifetime/<seconds>")]
fn lifetime(session: Session, seconds: u64) -> &'static str {
    session.set_lifetime(Duration::from_secs(seconds));
    "set"
}

#[get("/flag/<permanent>")]
fn flag(session: Session, permanent: bool) -> String {
    let before = session.is_permanent();
    session.set_permanent(permanent);
    format!("{before} {}", session.is_permanent())
}

#[get("/show")]
fn show(session: Session) -> String {
    session.is_permanent().to_string()
}

#[get("/clear")]
fn clear(session: Session) {
    session.clear();
}

#[get("/again")]
fn again(session: Session) {
    session.clear();
    session.set("n", 1);
}

fn browser(fairing: SessionFairing) -> Browser {
    let routes = routes![remember, count, lifetime, flag, show, clear, again];
    Browser::new(app(fairing, routes))
}

#[test]
fn a_session_is_not_permanent_unless_it_is_made_so() {
    let browser = browser(fairing(&clock()));
    let cookie = browser.get("/count").issued();
    assert_eq!(cookie.max_age(), None);
    assert!(!cookie.line.contains("Expires"));
    assert_eq!(browser.get("/remember/false").body, "false false");
}

#[test]
fn a_permanent_session_has_a_max_age() {
    let browser = browser(fairing(&clock()));
    let answer = browser.get("/remember/true");
    assert_eq!(answer.body, "false true");
    assert_eq!(answer.issued().max_age(), Some(31 * DAY));
    // Another change does not alter that.
    let answer = browser.get("/count");
    assert_eq!(answer.issued().max_age(), Some(31 * DAY));
    let answer = browser.get("/remember/false");
    assert_eq!(answer.body, "true false");
    assert_eq!(answer.issued().max_age(), None);
    assert_eq!(answer.issued().payload(), r#"{"n":1}"#);
}

#[test]
fn the_flag_is_flasks_own() {
    let browser = browser(fairing(&clock()));
    let payload = browser.get("/remember/true").issued().payload();
    assert_eq!(payload, r#"{"n":1,"_permanent":true}"#);
}

#[test]
fn max_age_is_the_lifetime() {
    let browser = browser(fairing(&clock()).lifetime(Duration::from_secs(HOUR)));
    assert_eq!(browser.get("/remember/true").issued().max_age(), Some(HOUR));
    assert_eq!(browser.get("/lifetime/90").issued().max_age(), Some(90));
}

#[test]
fn max_age_is_no_longer_than_the_absolute_limit() {
    let limited = fairing(&at(NOW)).absolute_lifetime(Duration::from_secs(10 * DAY));
    let browser = browser(limited);
    let forge = Forge::new(KEY, "session");
    let stamp = forge.stamp(NOW - 9 * DAY, NOW - DAY);
    browser.take_cookie(forge.seal(r#"{"n":1,"_permanent":true}"#, &stamp.encode()));
    assert_eq!(browser.get("/count").issued().max_age(), Some(DAY));
}

#[test]
fn a_permanent_session_expires_on_the_server_too() {
    let browser = browser(fairing(&at(NOW + 31 * DAY + 1)));
    browser.take_cookie(Forge::new(KEY, "session").sign(r#"{"n":5,"_permanent":true}"#, NOW));
    assert_eq!(browser.get("/count").body, "1");
}

// `permanent = true`.

fn permanent_at_first() -> Browser {
    browser(fairing(&clock()).permanent(true))
}

#[test]
fn a_new_session_starts_permanent_where_that_is_configured() {
    let browser = permanent_at_first();
    let cookie = browser.get("/count").issued();
    assert_eq!(cookie.payload(), r#"{"n":1,"_permanent":true}"#);
    assert_eq!(cookie.max_age(), Some(31 * DAY));
    // A refused session is followed by a new one.
    let forged = browser.another();
    assert_eq!(forged.take_cookie("forged").get("/count").issued().max_age(), Some(31 * DAY));
}

#[test]
fn an_untouched_visitor_of_such_an_application_gets_nothing() {
    let browser = permanent_at_first();
    let answer = browser.get("/show");
    assert_eq!((answer.body.as_str(), answer.set_cookie()), ("true", None));
    // Writing only the flag sends nothing either.
    let answer = browser.get("/flag/false");
    assert_eq!((answer.body.as_str(), answer.set_cookie()), ("true false", None));
    assert_eq!(browser.get("/flag/true").set_cookie(), None);
}

#[test]
fn a_session_that_starts_permanent_can_be_changed() {
    let browser = permanent_at_first();
    let answer = browser.get("/remember/false");
    assert_eq!(answer.body, "true false");
    assert_eq!(answer.issued().payload(), r#"{"n":1}"#);
    assert_eq!(answer.issued().max_age(), None);
    // It stays so, because the session is not new.
    assert_eq!(browser.get("/count").issued().max_age(), None);
    assert_eq!(browser.get("/show").body, "false");
}

#[test]
fn an_existing_session_keeps_its_flag() {
    let browser = permanent_at_first();
    browser.take_cookie(Forge::new(KEY, "session").sign(r#"{"n":1}"#, NOW));
    let cookie = browser.get("/count").issued();
    assert_eq!((cookie.payload().as_str(), cookie.max_age()), (r#"{"n":2}"#, None));
}

#[test]
fn what_follows_a_clear_starts_permanent() {
    let browser = permanent_at_first();
    browser.take_cookie(Forge::new(KEY, "session").sign(r#"{"n":5}"#, NOW));
    let cookie = browser.get("/again").issued();
    assert_eq!(cookie.payload(), r#"{"n":1,"_permanent":true}"#);
    assert_eq!(cookie.max_age(), Some(31 * DAY));
    assert!(browser.get("/clear").issued().is_removal());
    // Without the setting it is not permanent.
    let browser = self::browser(fairing(&clock()));
    browser.get("/remember/true");
    assert_eq!(browser.get("/again").issued().payload(), r#"{"n":1}"#);
}
