//! Refreshing: an unchanged session is issued again.

use std::time::Duration;

use rocket::http::Status;
use rocket::{get, routes};
use session_runtime::prelude::*;
use session_runtime::{Refresh, SessionFairing};
use session_tests::{Answer, Browser, DAY, Forge, KEY, NOW, app, at, fairing};

#[get("/read")]
fn read(session: Session) -> String {
    format!("{:?}", session.get::<u32>("n"))
}

#[get("/fail")]
fn fail(_session: Session) -> Status {
    Status::InternalServerError
}

/// The answer to a visitor who reads a session of this age, in seconds.
fn read_at_age(configure: fn(SessionFairing) -> SessionFairing, payload: &str, age: u64) -> Answer {
    let browser = Browser::new(app(configure(fairing(&at(NOW))), routes![read, fail]));
    let forge = Forge::new(KEY, "session");
    let stamp = forge.stamp(NOW - age - DAY, NOW - age);
    browser.take_cookie(forge.seal(payload, &stamp.encode())).get("/read")
}

const PLAIN: &str = r#"{"n":1}"#;
const PERMANENT: &str = r#"{"n":1,"_permanent":true}"#;

#[test]
fn at_half_of_its_life_a_session_is_issued_again() {
    for payload in [PLAIN, PERMANENT] {
        let ten_days = |f: SessionFairing| f.lifetime(Duration::from_secs(10 * DAY));
        assert_eq!(read_at_age(ten_days, payload, 5 * DAY - 1).set_cookie(), None);
        for age in [5 * DAY, 10 * DAY] {
            let answer = read_at_age(ten_days, payload, age);
            assert_eq!(answer.body, "Some(1)");
            let cookie = answer.issued();
            assert_eq!(cookie.payload(), payload);
            assert_eq!(cookie.stamp().issued, NOW);
            assert_eq!(cookie.stamp().created, NOW - age - DAY);
        }
    }
}

#[test]
fn at_half_of_31_days_by_default() {
    assert_eq!(read_at_age(|f| f, PLAIN, 31 * DAY / 2 - 1).set_cookie(), None);
    assert!(read_at_age(|f| f, PLAIN, 31 * DAY / 2).set_cookie().is_some());
}

#[test]
fn always_means_every_time_for_a_permanent_session() {
    let always = |f: SessionFairing| f.refresh(Refresh::Always);
    let cookie = read_at_age(always, PERMANENT, 1).issued();
    assert_eq!((cookie.payload().as_str(), cookie.max_age()), (PERMANENT, Some(31 * DAY)));
    assert_eq!(cookie.stamp().issued, NOW);
    assert!(read_at_age(always, PERMANENT, 0).set_cookie().is_some());
}

#[test]
fn always_means_half_life_for_the_others() {
    let always = |f: SessionFairing| f.refresh(Refresh::Always);
    assert_eq!(read_at_age(always, PLAIN, 15 * DAY).set_cookie(), None);
    assert!(read_at_age(always, PLAIN, 16 * DAY).set_cookie().is_some());
}

#[test]
fn never_means_never() {
    let never = |f: SessionFairing| f.refresh(Refresh::Never);
    for payload in [PLAIN, PERMANENT] {
        for age in [0, 16 * DAY, 31 * DAY] {
            assert_eq!(read_at_age(never, payload, age).set_cookie(), None);
        }
    }
}

#[test]
fn a_sessions_own_lifetime_is_refreshed_at_its_half() {
    let browser = Browser::new(app(fairing(&at(NOW)), routes![read]));
    let forge = Forge::new(KEY, "session");
    let at_age = |age| {
        let stamp = forge.stamp(NOW - DAY, NOW - age).lifetime(3601);
        browser.take_cookie(forge.seal(PLAIN, &stamp.encode())).get("/read").set_cookie()
    };
    assert_eq!(at_age(1800), None);
    assert!(at_age(1801).is_some());
}

#[test]
fn an_answer_of_any_status_refreshes() {
    let browser = Browser::new(app(fairing(&at(NOW)), routes![fail]));
    browser.take_cookie(Forge::new(KEY, "session").sign(PLAIN, NOW - 20 * DAY));
    let answer = browser.get("/fail");
    assert_eq!(answer.status, 500);
    assert_eq!(answer.issued().payload(), PLAIN);
}

#[test]
fn a_refresh_that_fails_does_not_spoil_a_good_response() {
    let payload = format!(r#"{{"n":1,"large":"{}"}}"#, "x".repeat(500));
    let answer = read_at_age(|f| f.max_cookie_size(400), &payload, 20 * DAY);
    assert_eq!((answer.status, answer.body.as_str()), (200, "Some(1)"));
    assert_eq!(answer.set_cookie(), None);
    assert!(answer.errors().is_empty());
    let warnings = answer.warnings();
    assert_eq!(warnings.len(), 1);
    for word in ["not issued again", "too large", "400", "`large`"] {
        assert!(warnings[0].contains(word), "{warnings:?}");
    }
}

#[test]
fn a_refresh_that_would_extend_nothing_is_not_made() {
    // Past half of the lifetime, but the absolute limit is two days away either way.
    let limited = |f: SessionFairing| {
        f.lifetime(Duration::from_secs(10 * DAY)).absolute_lifetime(Duration::from_secs(10 * DAY))
    };
    let answer = read_at_age(limited, PLAIN, 7 * DAY);
    assert_eq!(answer.body, "Some(1)");
    assert_eq!(answer.set_cookie(), None);
}
