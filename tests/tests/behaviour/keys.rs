//! Key rotation: the first key signs, all verify.

use rocket::{get, routes};
use session_runtime::prelude::*;
use session_runtime::{Refresh, Refused, SessionFairing};
use session_tests::{Browser, DAY, Forge, KEY, NOW, OTHER_KEY, THIRD_KEY, app, at, clock, fairing};

#[get("/read")]
fn read(session: Session) -> String {
    session.get::<u32>("n").map_or_else(|| "none".into(), |n| n.to_string())
}

#[get("/set/<n>")]
fn set(session: Session, n: u32) -> &'static str {
    session.set("n", n);
    "set"
}

fn browser(fairing: SessionFairing) -> Browser {
    Browser::new(app(fairing, routes![read, set]))
}

fn signed_by(key: &str) -> String {
    Forge::new(key, "session").sign(r#"{"n":1}"#, NOW - DAY)
}

#[test]
fn an_old_key_verifies_and_the_first_signs_at_the_next_response() {
    let browser = browser(fairing(&clock()).fallback_keys([OTHER_KEY, THIRD_KEY]));
    let first = Forge::new(KEY, "session").key_id();
    for old in [OTHER_KEY, THIRD_KEY] {
        let answer = browser.take_cookie(signed_by(old)).get("/read");
        assert_eq!(answer.body, "1");
        let cookie = answer.issued();
        assert_eq!(cookie.stamp().key_id, first);
        assert_eq!(cookie.stamp().created, NOW - DAY);
        // Exactly what the first key would have signed.
        let forge = Forge::new(KEY, "session");
        assert_eq!(cookie.value, forge.seal(r#"{"n":1}"#, &cookie.stamp().encode()));
        // Only once.
        assert_eq!(browser.get("/read").set_cookie(), None);
    }
    assert_eq!(browser.stats().all_refused(), 0);
}

#[test]
fn a_change_is_signed_by_the_first_key() {
    let browser = browser(fairing(&clock()).fallback_keys([OTHER_KEY]));
    let cookie = browser.take_cookie(signed_by(OTHER_KEY)).get("/set/2").issued();
    assert_eq!(cookie.stamp().key_id, Forge::new(KEY, "session").key_id());
}

#[test]
fn a_session_of_the_first_key_is_left_alone() {
    let browser = browser(fairing(&clock()).fallback_keys([OTHER_KEY]));
    let answer = browser.take_cookie(signed_by(KEY)).get("/read");
    assert_eq!((answer.body.as_str(), answer.set_cookie()), ("1", None));
}

#[test]
fn a_removed_key_is_refused() {
    let browser = browser(fairing(&clock()).fallback_keys([OTHER_KEY]));
    assert_eq!(browser.take_cookie(signed_by(THIRD_KEY)).get("/read").body, "none");
    assert_eq!(browser.stats().refused(Refused::UnknownKey), 1);
}

#[test]
fn a_rotation_ends_no_session() {
    // The application before, during and after the rotation.
    let before = browser(fairing(&clock()).secret_key(OTHER_KEY));
    before.get("/set/5");
    let during = browser(fairing(&clock()).fallback_keys([OTHER_KEY]));
    during.take_cookie(before.cookie().unwrap());
    assert_eq!(during.get("/read").body, "5");
    let after = browser(fairing(&clock()));
    assert_eq!(after.take_cookie(during.cookie().unwrap()).get("/read").body, "5");
    assert_eq!(after.take_cookie(before.cookie().unwrap()).get("/read").body, "none");
}

#[test]
fn signing_again_makes_a_session_no_younger_if_nothing_is_refreshed() {
    let never = fairing(&clock()).fallback_keys([OTHER_KEY]).refresh(Refresh::Never);
    let cookie = browser(never).take_cookie(signed_by(OTHER_KEY)).get("/read").issued();
    assert_eq!(cookie.stamp().issued, NOW - DAY);
}

#[test]
fn a_permanent_session_that_is_signed_again_stays_permanent() {
    let browser = browser(fairing(&at(NOW)).fallback_keys([OTHER_KEY]));
    let value = Forge::new(OTHER_KEY, "session").sign(r#"{"n":1,"_permanent":true}"#, NOW - DAY);
    assert_eq!(browser.take_cookie(value).get("/read").issued().max_age(), Some(31 * DAY));
}

#[test]
fn the_same_key_is_read_as_hex_and_as_base64() {
    let forge = Forge::new(KEY, "session");
    let hex: String = forge.key.iter().map(|byte| format!("{byte:02x}")).collect();
    let url_safe = KEY.replace('+', "-").replace('/', "_").replace('=', "");
    for key in [hex.clone(), hex.to_uppercase(), url_safe] {
        let browser = browser(fairing(&clock()).secret_key(key));
        assert_eq!(browser.take_cookie(signed_by(KEY)).get("/read").body, "1");
    }
}
