//! Keys as in Flask: they may be any text, and all of them are tried.

use rocket::{get, routes};
use session_runtime::prelude::*;
use session_runtime::{FlaskDigest, Format, Refused, SessionFairing};
use session_tests::flask::sign;
use session_tests::{
    Browser, Forge, KEY, NOW, OTHER_KEY, app, clock, debug, fairing, ignite, release,
};

use super::{SECRET, shared};

#[get("/read")]
fn read(session: Session) -> String {
    session.get::<u32>("n").map_or_else(|| "none".into(), |n| n.to_string())
}

fn browser(fairing: SessionFairing) -> Browser {
    Browser::new(app(fairing, routes![read]))
}

fn launched(fairing: SessionFairing) -> session_tests::Launch {
    ignite(rocket::custom(release()).attach(fairing).mount("/", routes![read]))
}

const SESSION: &str = r#"{"n":1}"#;

#[test]
fn a_key_is_its_text_and_is_not_decoded() {
    // To this library the first two are base64 and hex, to Flask all are text.
    for key in [KEY, "8f1d0c3b5a79e2648f1d0c3b5a79e264a1b2c3d4e5f60718293a4b5c6d7e8f90", " x\n"] {
        let browser = browser(shared(&clock()).secret_key(key));
        browser.take_cookie(sign(key, SESSION, NOW));
        assert_eq!(browser.get("/read").body, "1", "{key}");
    }
}

#[test]
fn a_key_of_bytes_is_given_as_rockets_own() {
    let bytes: Vec<u8> = (0..40).map(|n| 255 - n).collect();
    let fairing = Sessions::fairing().format(Format::Flask).clock(clock());
    let figment = debug().merge(("secret_key", &bytes));
    let rocket = rocket::custom(figment).attach(fairing).mount("/", routes![read]);
    let browser = Browser::new(rocket);
    browser.take_cookie(sign(&bytes, SESSION, NOW));
    assert_eq!(browser.get("/read").body, "1");
}

#[test]
fn a_fallback_verifies_and_the_first_key_signs_at_the_next_response() {
    let browser = browser(shared(&clock()).fallback_keys(["older", "old"]));
    for key in ["old", "older"] {
        browser.take_cookie(sign(key, SESSION, NOW));
        let answer = browser.get("/read");
        assert_eq!(answer.body, "1");
        assert_eq!(answer.issued().value, sign(SECRET, SESSION, NOW));
    }
    assert_eq!(browser.get("/read").set_cookie(), None);
    browser.take_cookie(sign("oldest", SESSION, NOW));
    assert_eq!(browser.get("/read").body, "none");
    assert_eq!(browser.stats().refused(Refused::Forged), 1);
}

#[test]
fn another_digest_or_salt_is_another_signature() {
    for other in
        [shared(&clock()).flask_digest(FlaskDigest::Sha256), shared(&clock()).flask_salt("other")]
    {
        let browser = browser(other);
        browser.take_cookie(sign(SECRET, SESSION, NOW));
        assert_eq!(browser.get("/read").body, "none");
    }
}

#[test]
fn a_weak_key_is_a_warning_in_the_release_profile() {
    let launch = launched(shared(&clock()).secret_key("dev"));
    assert!(launch.started, "{launch:#?}");
    let warning = launch.warnings()[0];
    for words in ["`secret_key`", "documentation", "SECRET_KEY_FALLBACKS"] {
        assert!(warning.contains(words), "{warning}");
    }
    assert!(!warning.contains("dev"), "{warning}");
    // A strong key that is neither hex nor base64 gives no warning.
    assert_eq!(launched(shared(&clock())).warnings(), Vec::<&str>::new());
}

#[test]
fn a_missing_or_empty_key_stops_the_launch() {
    let without = Sessions::fairing().format(Format::Flask);
    launched(without).fails_with(&["no `secret_key`", "the Flask application's `SECRET_KEY`"]);
    launched(shared(&clock()).secret_key("")).fails_with(&["is empty", "`SECRET_KEY`"]);
    launched(shared(&clock()).fallback_keys([""])).fails_with(&["is empty", "`SECRET_KEY`"]);
}

#[test]
fn one_key_twice_and_more_than_eight_stop_the_launch() {
    launched(shared(&clock()).fallback_keys([SECRET])).fails_with(&["one key twice"]);
    let eight = (0..8).map(|n| format!("former key {n}"));
    launched(shared(&clock()).fallback_keys(eight)).fails_with(&["more than 7 `fallback_keys`"]);
    let seven = (0..7).map(|n| format!("former key {n}"));
    assert!(launched(shared(&clock()).fallback_keys(seven)).started);
}

/// The last step of a migration.
fn migrating() -> SessionFairing {
    fairing(&clock()).cookie("session").accept([Format::Flask]).fallback_keys(["dev", OTHER_KEY])
}

#[test]
fn a_weak_fallback_reads_flasks_cookies_but_not_this_librarys() {
    let browser = browser(migrating());
    browser.take_cookie(sign("dev", SESSION, NOW));
    assert_eq!(browser.get("/read").body, "1");

    let mut weak = Forge::new(KEY, "session");
    weak.key = b"dev".to_vec();
    browser.take_cookie(weak.sign(SESSION, NOW));
    assert_eq!(browser.get("/read").body, "none");
    assert_eq!(browser.stats().refused(Refused::UnknownKey), 1);

    browser.take_cookie(Forge::new(OTHER_KEY, "session").sign(SESSION, NOW));
    assert_eq!(browser.get("/read").body, "1");
}

#[test]
fn the_first_key_must_be_strong_again() {
    let launch = launched(migrating());
    assert!(launch.started, "{launch:#?}");
    assert!(launch.warnings()[0].contains("`fallback_keys`"), "{:?}", launch.warnings());
    launched(migrating().secret_key("dev2")).fails_with(&["`secret_key` is not secret"]);
}

#[test]
fn only_one_parser_is_tried() {
    let browser = browser(migrating());
    // Signed with Flask's key in the shape of the other format, and vice versa.
    let flask = sign("dev", SESSION, NOW);
    let (payload, rest) = flask.split_once('.').unwrap();
    let (_, mac) = rest.split_once('.').unwrap();
    browser.take_cookie(format!("{payload}.AAAAAAAAAAAAAAAAAAAAAA.{mac}"));
    browser.get("/read");
    assert_eq!(browser.stats().refused(Refused::Header), 1);
    let own = Forge::new(KEY, "session").sign(SESSION, NOW);
    let mac = own.rsplit('.').next().unwrap();
    browser.take_cookie(format!("{payload}.ZVPxAA.{mac}"));
    browser.get("/read");
    assert_eq!(browser.stats().refused(Refused::Forged), 1);
}
