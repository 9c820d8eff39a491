//! A handler without a session verifies no cookie and sets no header.

use rocket::{catch, catchers, get, routes};
use session_runtime::prelude::*;
use session_tests::{Answer, Browser, DAY, Forge, KEY, NOW, OTHER_KEY, app, at, fairing};

#[get("/plain")]
fn plain() -> &'static str {
    "plain"
}

#[get("/session")]
fn session(session: Session) -> String {
    format!("{:?}", session.get::<u32>("n"))
}

#[catch(404)]
fn not_found() -> &'static str {
    "nothing here"
}

fn browser(now: u64) -> Browser {
    let fairing = fairing(&at(now)).fallback_keys([OTHER_KEY]);
    Browser::new(app(fairing, routes![plain, session]).register("/", catchers![not_found]))
}

fn is_untouched(answer: &Answer) {
    for name in ["Set-Cookie", "Vary", "Cache-Control"] {
        assert_eq!(answer.all(name), [""; 0], "{name}");
    }
    assert!(answer.errors().is_empty() && answer.warnings().is_empty());
    assert!(answer.debugs().is_empty(), "{:?}", answer.debugs());
}

#[test]
fn a_handler_without_a_session_adds_no_header() {
    let browser = browser(NOW);
    is_untouched(&browser.get("/plain"));
    browser.take_cookie(Forge::new(KEY, "session").sign(r#"{"n":1}"#, NOW));
    is_untouched(&browser.get("/plain"));
    is_untouched(&browser.head("/plain"));
}

#[test]
fn a_catcher_without_a_session_adds_no_header() {
    let browser = browser(NOW);
    browser.take_cookie(Forge::new(KEY, "session").sign(r#"{"n":1}"#, NOW));
    let answer = browser.get("/nowhere");
    assert_eq!((answer.status, answer.body.as_str()), (404, "nothing here"));
    is_untouched(&answer);
}

#[test]
fn a_handler_without_a_session_verifies_nothing() {
    let browser = browser(NOW);
    browser.take_cookie("forged.forged.forged");
    for path in ["/plain", "/nowhere"] {
        is_untouched(&browser.get(path));
        assert_eq!(browser.stats().all_refused(), 0);
    }
    // A handler that takes the session counts the same cookie.
    browser.get("/session");
    assert_eq!(browser.stats().all_refused(), 1);
}

#[test]
fn a_session_nobody_takes_is_neither_refreshed_nor_signed_again() {
    let browser = browser(NOW + 20 * DAY);
    for key in [KEY, OTHER_KEY] {
        let value = Forge::new(key, "session").sign(r#"{"n":1}"#, NOW);
        is_untouched(&browser.take_cookie(&value).get("/plain"));
        assert!(browser.take_cookie(&value).get("/session").set_cookie().is_some());
    }
}
