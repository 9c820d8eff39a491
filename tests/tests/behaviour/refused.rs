//! An invalid cookie gives a new, empty session, and never an error.

use rocket::request::{FromRequest, Outcome, Request};
use rocket::{get, routes};
use session_runtime::Refused;
use session_runtime::prelude::*;
use session_tests::{Browser, DAY, Forge, KEY, NOW, OTHER_KEY, app, clock, fairing};

struct Looks;

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Looks {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        let _ = request.guard::<Session>().await;
        Outcome::Success(Looks)
    }
}

#[get("/read")]
fn read(_looks: Looks, session: Session, again: Session) -> String {
    format!("{} {} {:?}", session.is_empty(), session.is_permanent(), again.get::<u32>("n"))
}

#[get("/set")]
fn set(session: Session) -> &'static str {
    session.set("n", 7);
    "set"
}

fn browser() -> Browser {
    Browser::new(app(fairing(&clock()), routes![read, set]))
}

fn forge() -> Forge {
    Forge::new(KEY, "session")
}

const PAYLOAD: &str = r#"{"n":1,"_permanent":true}"#;

fn bad_cookies() -> Vec<(&'static str, String, Refused)> {
    let forge = forge();
    let good = forge.sign(PAYLOAD, NOW);
    let other_payload = forge.sign(r#"{"n":2}"#, NOW);
    let (signed, _) = good.rsplit_once('.').unwrap();
    let (_, foreign) = other_payload.rsplit_once('.').unwrap();
    let version = |version| {
        let stamp = session_tests::Stamp { version, ..forge.stamp(NOW, NOW) };
        forge.seal(PAYLOAD, &stamp.encode())
    };
    vec![
        ("empty", String::new(), Refused::Malformed),
        ("words", "hello".into(), Refused::Malformed),
        ("two parts", signed.into(), Refused::Format),
        ("four parts", format!("{good}.AAAA"), Refused::Malformed),
        ("another alphabet", good.replacen('.', "+.", 1).replace('-', "+"), Refused::Forged),
        ("forged", format!("{signed}.{foreign}"), Refused::Forged),
        ("renamed", Forge::new(KEY, "other").sign(PAYLOAD, NOW), Refused::Forged),
        ("another key", Forge::new(OTHER_KEY, "session").sign(PAYLOAD, NOW), Refused::UnknownKey),
        ("version 0", version(0), Refused::Header),
        ("version 2", version(2), Refused::Header),
        ("expired", forge.sign(PAYLOAD, NOW - 31 * DAY - 1), Refused::Expired),
        ("from the future", forge.sign(PAYLOAD, NOW + 61), Refused::Future),
        ("not an object", forge.sign("[1]", NOW), Refused::Payload),
        ("not JSON", forge.sign("{", NOW), Refused::Payload),
        ("not text", forge.sign([0xff, 0xfe], NOW), Refused::Payload),
        ("too long", "x".repeat(5000), Refused::TooLong),
    ]
}

#[test]
fn an_invalid_cookie_gives_an_empty_session_and_a_normal_answer() {
    for (what, value, _) in bad_cookies() {
        let answer = browser().take_cookie(value).get("/read");
        assert_eq!((answer.status, answer.body.as_str()), (200, "true false None"), "{what}");
        assert_eq!(answer.set_cookie(), None, "{what}");
        assert!(answer.errors().is_empty() && answer.warnings().is_empty(), "{what}");
    }
}

#[test]
fn an_invalid_cookie_is_counted_once_by_its_reason() {
    for (what, value, reason) in bad_cookies() {
        let browser = browser();
        browser.take_cookie(&value).get("/read");
        assert_eq!(browser.stats().refused(reason), 1, "{what}: {:?}", browser.stats());
        assert_eq!(browser.stats().all_refused(), 1, "{what}");
        browser.take_cookie(&value).get("/read");
        assert_eq!(browser.stats().refused(reason), 2, "{what}");
    }
}

#[test]
fn the_reason_is_logged_once_at_debug_level() {
    for (what, value, reason) in bad_cookies() {
        let answer = browser().take_cookie(value).get("/read");
        let debugs = answer.debugs();
        assert_eq!(debugs.len(), 1, "{what}: {debugs:?}");
        assert!(debugs[0].contains(&reason.to_string()), "{what}: {debugs:?}");
    }
}

#[test]
fn a_write_after_that_begins_a_new_session() {
    for (what, value, _) in bad_cookies() {
        let cookie = browser().take_cookie(value).get("/set").issued();
        assert_eq!(cookie.payload(), r#"{"n":7}"#, "{what}");
        assert_eq!((cookie.stamp().created, cookie.stamp().issued), (NOW, NOW), "{what}");
    }
}

#[test]
fn no_cookie_and_a_good_one_are_not_counted_and_not_logged() {
    let browser = browser();
    let answer = browser.get("/read");
    assert_eq!(answer.body, "true false None");
    assert!(answer.debugs().is_empty());
    let answer = browser.take_cookie(forge().sign(PAYLOAD, NOW)).get("/read");
    assert_eq!(answer.body, "false true Some(1)");
    assert!(answer.debugs().is_empty());
    assert_eq!(browser.stats().all_refused(), 0);
}
