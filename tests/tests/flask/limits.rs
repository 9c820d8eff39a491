//! Values and settings that do not fit into Flask's cookie.

use std::time::Duration;

use rocket::{get, routes};
use session_runtime::prelude::*;
use session_tests::Browser;

#[get("/repeat/<bytes>")]
fn repeat(session: Session, bytes: usize) {
    session.set("x", "x".repeat(bytes));
}

/// Sets a text that cannot be compressed.
#[get("/noise/<bytes>")]
fn noise(session: Session, bytes: u32) {
    let mut state = 1_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        char::from(b'!' + u8::try_from(state >> 24).unwrap_or(0) % 90)
    };
    session.set("noise", (0..bytes).map(|_| next()).collect::<String>());
}

const LIFETIME: u32 = line!() + 5;

#[get("/lifetime")]
fn lifetime(session: Session) -> &'static str {
    session.set("n", 1);
    session.set_lifetime(Duration::from_secs(60));
    "good"
}

#[get("/nan")]
fn nan(session: Session) -> &'static str {
    session.set("n", f64::NAN);
    "good"
}

fn browser() -> Browser {
    super::browser(routes![repeat, noise, lifetime, nan])
}

#[test]
fn the_limit_is_that_of_the_compressed_value() {
    let browser = browser();
    let answer = browser.get("/repeat/50000");
    assert_eq!(answer.status, 200);
    assert!(answer.issued().value.starts_with('.') && answer.issued().value.len() < 300);

    let answer = browser.get("/noise/4000");
    assert_eq!((answer.status, answer.set_cookie()), (500, None));
    let error = answer.errors()[0];
    for words in ["too large for a cookie", "4096 is the limit", "`x` (50002 bytes)", "`noise`"] {
        assert!(error.contains(words), "{words} is not in {error}");
    }
    assert!(!error.contains("store"), "{error}");
}

#[test]
fn a_lifetime_of_its_own_has_no_place_and_is_a_500_that_names_the_line() {
    let answer = browser().get("/lifetime");
    assert_eq!((answer.status, answer.set_cookie()), (500, None));
    let error = answer.errors()[0];
    for words in [format!("limits.rs:{LIFETIME}:"), "Remove the call".into()] {
        assert!(error.contains(&words), "{words} is not in {error}");
    }
}

#[test]
fn not_a_number_is_refused_as_in_the_other_formats() {
    let answer = browser().get("/nan");
    assert_eq!((answer.status, answer.set_cookie()), (500, None));
    let error = answer.errors()[0];
    assert!(error.contains("`n`") && error.contains("not finite"), "{error}");
}
