//! A session that becomes empty: a removal cookie, if the visitor sent one.

use rocket::{get, routes};
use session_runtime::SessionFairing;
use session_runtime::prelude::*;
use session_tests::{Browser, Forge, KEY, NOW, app, clock, fairing, release};

#[session(n: u32, m: u32 = 0)]
struct Fields;

#[get("/take")]
fn take(session: Session<Fields>) -> String {
    format!("{:?}", session.take_n())
}

#[get("/remove")]
fn remove(session: Session) -> &'static str {
    session.remove("n");
    "removed"
}

#[get("/clear")]
fn clear(session: Session<Fields>) -> &'static str {
    session.clear();
    "cleared"
}

#[get("/write-and-remove")]
fn write_and_remove(session: Session<Fields>) -> &'static str {
    session.set_n(7);
    let _ = session.take_n();
    "nothing left"
}

#[get("/only-permanent")]
fn only_permanent(session: Session<Fields>) -> &'static str {
    let _ = session.take_n();
    session.set_permanent(true);
    "only the flag"
}

#[get("/show-flashes")]
fn show_flashes(session: Session<Fields>) -> String {
    session.flashes().len().to_string()
}

fn browser(fairing: SessionFairing) -> Browser {
    let routes = routes![take, remove, clear, write_and_remove, only_permanent, show_flashes];
    Browser::new(app(fairing, routes))
}

fn signed(browser: &Browser, payload: &str) -> String {
    let value = Forge::new(KEY, "session").sign(payload, NOW);
    browser.take_cookie(&value);
    value
}

#[test]
fn a_session_that_becomes_empty_is_removed() {
    let browser = browser(fairing(&clock()));
    for path in ["/take", "/remove", "/clear", "/only-permanent"] {
        for payload in [r#"{"n":1}"#, r#"{"n":1,"_permanent":true}"#] {
            signed(&browser, payload);
            let answer = browser.get(path);
            assert!(answer.issued().is_removal(), "{path} {payload}");
            assert!(browser.cookie().is_none());
        }
    }
}

#[test]
fn a_session_whose_last_message_was_shown_is_removed() {
    let browser = browser(fairing(&clock()));
    signed(&browser, r#"{"_flashes":[["message","hello"]]}"#);
    let answer = browser.get("/show-flashes");
    assert_eq!(answer.body, "1");
    assert!(answer.issued().is_removal());
}

#[test]
fn a_visitor_without_a_cookie_is_sent_no_removal() {
    let browser = browser(fairing(&clock()));
    for path in ["/take", "/remove", "/clear", "/only-permanent", "/write-and-remove"] {
        assert_eq!(browser.get(path).set_cookie(), None, "{path}");
    }
}

#[test]
fn a_field_that_remains_keeps_the_session() {
    let browser = browser(fairing(&clock()));
    signed(&browser, r#"{"n":1,"m":2}"#);
    assert_eq!(browser.get("/take").issued().payload(), r#"{"m":2}"#);
}

#[test]
fn a_cookie_that_was_refused_is_removed_when_the_session_is_cleared() {
    let browser = browser(fairing(&clock()));
    browser.take_cookie("forged");
    assert!(browser.get("/clear").issued().is_removal());
    // Nothing was changed, so the cookie is left alone.
    browser.take_cookie("forged");
    assert_eq!(browser.get("/take").set_cookie(), None);
}

#[test]
fn the_removal_has_the_same_name_path_and_domain() {
    let custom = fairing(&clock()).cookie("visit").path("/shop").domain("example.com");
    let rocket = rocket::custom(session_tests::debug())
        .attach(custom)
        .mount("/shop", routes![take, write_and_remove]);
    let browser = Browser::named("visit", rocket);
    browser.take_cookie(Forge::new(KEY, "visit").sign(r#"{"n":1}"#, NOW));
    let removal = browser.get("/shop/take").issued();
    assert!(removal.is_removal());
    assert_eq!(removal.name, "visit");
    assert_eq!(removal.attributes[..2], ["Path=/shop", "Domain=example.com"]);
}

#[test]
fn the_removal_of_a_host_cookie_is_one_that_browsers_accept() {
    let rocket = rocket::custom(release()).attach(fairing(&clock())).mount("/", routes![take]);
    let browser = Browser::named("__Host-session", rocket);
    browser.take_cookie(Forge::new(KEY, "__Host-session").sign(r#"{"n":1}"#, NOW));
    let removal = browser.get("/take").issued();
    assert!(removal.is_removal());
    assert_eq!(removal.name, "__Host-session");
    let has = |attribute: &str| removal.attributes.iter().any(|a| a == attribute);
    assert!(has("Path=/") && has("Secure") && has("HttpOnly"), "{removal:?}");
    assert!(!removal.line.contains("Domain"), "{removal:?}");
}
