//! The permanent flag, which is Flask's `_permanent`.

use rocket::{get, routes};
use session_runtime::prelude::*;
use session_tests::flask::{payload, sign};
use session_tests::{Browser, DAY, NOW, app, clock};

use super::SECRET;

#[get("/permanent/<permanent>")]
fn permanent(session: Session, permanent: bool) {
    session.set_permanent(permanent);
}

#[get("/n/<n>")]
fn n(session: Session, n: u8) -> String {
    session.set("n", n);
    session.is_permanent().to_string()
}

#[get("/clear")]
fn clear(session: Session) {
    session.clear();
}

#[get("/again")]
fn again(session: Session) {
    session.clear();
    session.set("n", 9);
}

fn with(session: &str) -> Browser {
    let browser = super::browser(routes![permanent, n, clear, again]);
    browser.take_cookie(sign(SECRET, session, NOW));
    browser
}

#[test]
fn the_flag_is_flasks() {
    let issued = with(r#"{"n":1}"#).get("/permanent/true").issued();
    assert_eq!(payload(&issued.value), r#"{"_permanent":true,"n":1}"#);
    assert_eq!(issued.max_age(), Some(31 * DAY));
    let browser = with(r#"{"_permanent":true,"n":1}"#);
    let answer = browser.get("/n/2");
    assert_eq!(answer.body, "true");
    assert_eq!(payload(&answer.issued().value), r#"{"_permanent":true,"n":2}"#);
    let issued = browser.get("/permanent/false").issued();
    assert_eq!(payload(&issued.value), r#"{"n":2}"#);
    assert_eq!(issued.max_age(), None);
}

#[test]
fn a_flag_that_flask_switched_off_keeps_its_bytes() {
    let answer = with(r#"{"_permanent":false,"n":1}"#).get("/n/2");
    assert_eq!(answer.body, "false");
    assert_eq!(payload(&answer.issued().value), r#"{"_permanent":false,"n":2}"#);
    let answer = with(r#"{"_permanent":false,"n":1}"#).get("/again");
    assert_eq!(payload(&answer.issued().value), r#"{"n":9}"#);
}

#[test]
fn the_flag_alone_is_no_session() {
    assert!(with(r#"{"_permanent":true,"n":1}"#).get("/clear").issued().is_removal());
    // Flask keeps the flag in the cookie, which does no harm.
    assert_eq!(with(r#"{"_permanent":true}"#).get("/n/2").body, "true");
}

#[test]
fn a_new_session_starts_with_flasks_flag_where_that_is_configured() {
    let routes = routes![permanent, n, clear, again];
    let browser = Browser::new(app(super::shared(&clock()).permanent(true), routes));
    let answer = browser.get("/n/1");
    assert_eq!(answer.body, "true");
    assert_eq!(payload(&answer.issued().value), r#"{"_permanent":true,"n":1}"#);
    // Sessions that Flask made keep their own flag.
    for (session, kept) in [
        (r#"{"n":1}"#, r#"{"n":2}"#),
        (r#"{"_permanent":false,"n":1}"#, r#"{"_permanent":false,"n":2}"#),
    ] {
        browser.take_cookie(sign(SECRET, session, NOW));
        assert_eq!(payload(&browser.get("/n/2").issued().value), kept);
        let again = browser.get("/again").issued();
        assert_eq!(payload(&again.value), r#"{"_permanent":true,"n":9}"#);
    }
}
