//! A session that is too large for a cookie.

use rocket::http::Header;
use rocket::{Responder, get, routes};
use session_runtime::SessionFairing;
use session_runtime::prelude::*;
use session_tests::{Browser, Forge, KEY, NOW, app, clock, fairing};

#[derive(Responder)]
#[response(content_type = "html")]
struct Page {
    body: &'static str,
    header: Header<'static>,
}

fn page() -> Page {
    Page { body: "<p>good", header: Header::new("X-Own", "1") }
}

#[get("/fill/<bytes>")]
fn fill(session: Session, bytes: usize) -> Page {
    session.set("x", "x".repeat(bytes));
    page()
}

#[get("/several")]
fn several(session: Session) -> Page {
    session.set("small", 1);
    session.set("third", "x".repeat(100));
    session.set("largest", "private".repeat(600));
    session.set("second", "x".repeat(200));
    page()
}

#[get("/flash/<bytes>")]
fn flash(session: Session, bytes: usize) -> Page {
    session.flash("x".repeat(bytes));
    page()
}

#[get("/read")]
fn read(session: Session) -> String {
    session.keys().join(",")
}

fn browser(fairing: SessionFairing) -> Browser {
    Browser::new(app(fairing, routes![fill, several, flash, read]))
}

/// The size of name plus value with this many bytes in the field.
fn size(bytes: usize) -> usize {
    let payload = format!(r#"{{"x":"{}"}}"#, "x".repeat(bytes));
    "session".len() + Forge::new(KEY, "session").sign(payload, NOW).len()
}

/// How many bytes make a cookie of this size. Every third byte adds two, so one
/// name does not reach every size.
fn bytes_for(wanted: usize) -> usize {
    (0..wanted).find(|bytes| size(*bytes) == wanted).expect("a length that fits exactly")
}

#[test]
fn a_cookie_of_4096_bytes_is_sent() {
    let browser = browser(fairing(&clock()));
    let cookie = browser.get(&format!("/fill/{}", bytes_for(4096))).issued();
    assert_eq!(cookie.name.len() + cookie.value.len(), 4096);
    assert_eq!(browser.get("/read").body, "x");
}

#[test]
fn a_cookie_of_4097_bytes_is_a_plain_500_without_one() {
    let browser = browser(fairing(&clock()));
    let bytes = bytes_for(4097);
    let answer = browser.get(&format!("/fill/{bytes}"));
    assert_eq!(answer.status, 500);
    assert_eq!(answer.set_cookie(), None);
    let content_type = answer.one("Content-Type").unwrap();
    assert!(content_type.starts_with("text/plain"), "{content_type}");
    assert!(!answer.body.contains("good"), "{answer:?}");
    // It stays, because a fairing could have set it.
    assert_eq!(answer.one("X-Own"), Some("1"));
    assert_eq!(answer.list("Vary"), ["cookie"]);

    let errors = answer.errors();
    assert_eq!(errors.len(), 1, "{errors:?}");
    for word in ["4097", "4096", &format!("`x` ({} bytes)", bytes + 2)] {
        assert!(errors[0].contains(word), "{word} is not in {errors:?}");
    }
}

#[test]
fn the_configured_limit_is_kept() {
    let browser = browser(fairing(&clock()).max_cookie_size(200));
    let bytes = (0..).find(|bytes| size(bytes + 1) > 200).unwrap();
    assert_eq!(browser.get(&format!("/fill/{bytes}")).status, 200);
    let answer = browser.get(&format!("/fill/{}", bytes + 1));
    assert_eq!((answer.status, answer.set_cookie()), (500, None));
    assert!(answer.errors()[0].contains("200 is the limit"), "{:?}", answer.errors());
}

#[test]
fn the_largest_fields_are_named_and_not_shown() {
    let answer = browser(fairing(&clock())).get("/several");
    assert_eq!(answer.status, 500);
    let error = answer.errors()[0];
    let place = |word| error.find(word).unwrap_or_else(|| panic!("{word} is not in {error}"));
    assert!(place("`largest` (4202 bytes)") < place("`second` (202 bytes)"));
    assert!(place("`second` (202 bytes)") < place("`third` (102 bytes)"));
    assert!(!error.contains("small") && !error.contains("privateprivate"), "{error}");
}

#[test]
fn messages_count_among_the_largest() {
    let answer = browser(fairing(&clock())).get("/flash/5000");
    assert_eq!((answer.status, answer.set_cookie()), (500, None));
    assert!(answer.errors()[0].contains("flash messages"), "{:?}", answer.errors());
}

#[test]
fn messages_that_nobody_read_count_among_the_largest() {
    let browser = browser(fairing(&clock()));
    assert_eq!(browser.get("/flash/2000").status, 200);
    let answer = browser.get("/fill/5000");
    assert_eq!((answer.status, answer.set_cookie()), (500, None));
    let error = answer.errors()[0];
    assert!(error.contains("`x` (5002 bytes), `flash messages` (20"), "{error}");
}

#[test]
fn messages_that_nobody_read_make_room_with_a_warning() {
    let browser = browser(fairing(&clock()));
    assert_eq!(browser.get("/flash/2000").status, 200);
    let answer = browser.get("/fill/1500");
    assert_eq!((answer.status, answer.errors()), (200, vec![]));
    assert!(answer.warnings()[0].contains("the oldest 1 of them is dropped"), "{:?}", answer.log);
}

#[test]
fn the_session_the_visitor_had_stays() {
    let browser = browser(fairing(&clock()));
    browser.get("/fill/10");
    let before = browser.cookie();
    assert_eq!(browser.get("/several").status, 500);
    assert_eq!(browser.cookie(), before);
    assert_eq!(browser.get("/read").body, "x");
}
