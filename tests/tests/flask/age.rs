//! The age that a session may have, by Flask's rule.

use rocket::{get, routes};
use session_runtime::prelude::*;
use session_runtime::{Refresh, Refused};
use session_tests::flask::sign;
use session_tests::{Browser, DAY, NOW, app, at};
use std::time::Duration;

use super::{SECRET, shared};

#[get("/read")]
fn read(session: Session) -> String {
    session.get::<u32>("n").map_or_else(|| "none".into(), |n| n.to_string())
}

fn browser(now: u64, refresh: Refresh) -> Browser {
    let fairing = shared(&at(now)).lifetime(Duration::from_secs(DAY)).refresh(refresh);
    let browser = Browser::new(app(fairing, routes![read]));
    browser.take_cookie(sign(SECRET, r#"{"_permanent":true,"n":1}"#, NOW));
    browser
}

#[test]
fn a_session_is_valid_at_exactly_its_lifetime_and_expired_a_second_later() {
    assert_eq!(browser(NOW + DAY, Refresh::Never).get("/read").body, "1");
    let over = browser(NOW + DAY + 1, Refresh::Never);
    assert_eq!(over.get("/read").body, "none");
    assert_eq!(over.stats().refused(Refused::Expired), 1);
}

#[test]
fn no_time_in_the_future_is_allowed() {
    assert_eq!(browser(NOW, Refresh::Never).get("/read").body, "1");
    let future = browser(NOW - 1, Refresh::Never);
    assert_eq!(future.get("/read").body, "none");
    assert_eq!(future.stats().refused(Refused::Future), 1);
}

#[test]
fn an_unchanged_session_is_issued_again_as_in_the_other_formats() {
    assert_eq!(browser(NOW + DAY / 2 - 1, Refresh::HalfLife).get("/read").set_cookie(), None);
    let issued = browser(NOW + DAY / 2, Refresh::HalfLife).get("/read").issued();
    assert_eq!(issued.value, sign(SECRET, r#"{"_permanent":true,"n":1}"#, NOW + DAY / 2));
    assert_eq!(issued.max_age(), Some(DAY));
    assert!(browser(NOW, Refresh::Always).get("/read").set_cookie().is_some());
    assert_eq!(browser(NOW + DAY, Refresh::Never).get("/read").set_cookie(), None);
}

#[test]
fn forged_values_and_signed_nonsense_give_a_new_session_and_no_error() {
    let browser = browser(NOW, Refresh::Never);
    for (value, reason) in [
        (sign("another key", r#"{"n":1}"#, NOW), Refused::Forged),
        (sign(SECRET, "[1]", NOW), Refused::Payload),
        (sign(SECRET, r#"{"n":1,"n":2}"#, NOW), Refused::Payload),
        (sign(SECRET, r#"{"x":{" u":"no uuid"}}"#, NOW), Refused::Payload),
        (sign(SECRET, "not JSON", NOW), Refused::Payload),
        ("a.b.AAAA".into(), Refused::Forged),
        ("a.ZVPxAA.=".into(), Refused::Malformed),
    ] {
        let before = browser.stats().refused(reason);
        browser.take_cookie(&value);
        let answer = browser.get("/read");
        assert_eq!((answer.status, answer.body.as_str()), (200, "none"), "{value}");
        assert_eq!(browser.stats().refused(reason), before + 1, "{value}: {reason}");
    }
}
