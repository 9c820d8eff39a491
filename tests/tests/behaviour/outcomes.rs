//! Handlers that fail, and handlers that panic.

use rocket::http::Status;
use rocket::request::{FromRequest, Outcome, Request};
use rocket::{catch, catchers, get, routes};
use session_runtime::prelude::*;
use session_tests::{Browser, DAY, Forge, KEY, NOW, app, at, fairing};

#[session(n: u32, seen: Vec<u32> = vec![], flash(info))]
struct Fields;

#[get("/error/<code>")]
fn error(session: Session<Fields>, code: u16) -> Status {
    session.set_n(1);
    session.flash_info("a message");
    Status::new(code)
}

#[get("/err")]
fn err(session: Session<Fields>) -> Result<(), std::io::Error> {
    session.set_n(1);
    Err(std::io::Error::other("no"))
}

#[get("/panic")]
fn panics(session: Session<Fields>) -> String {
    session.set_n(1);
    session.flash_info("a message");
    let shown = session.flashes();
    panic!("on purpose, with {} messages", shown.len());
}

#[get("/panic-async")]
async fn panics_async(session: Session<Fields>) -> String {
    session.set_n(1);
    rocket::tokio::task::yield_now().await;
    let shown = session.flashes();
    panic!("on purpose, with {} messages", shown.len());
}

#[session(..Fields, m: u32)]
#[get("/panic-derived")]
async fn panics_derived(session: Session) -> String {
    session.set_m(1);
    session.set_n(1);
    rocket::tokio::task::yield_now().await;
    panic!("on purpose");
}

#[get("/panic-in-a-guard")]
fn panics_in_a_guard(mut session: Session<Fields>) -> &'static str {
    session.set_n(1);
    let mut seen = session.seen_mut();
    seen.push(1);
    panic!("on purpose");
}

#[get("/panic-after-clear")]
fn panics_after_clear(session: Session<Fields>) -> &'static str {
    session.clear();
    session.set_n(9);
    panic!("on purpose");
}

#[get("/panic-after-a-value-that-json-cannot-hold")]
fn panics_after_failure(session: Session) -> &'static str {
    session.set("x", f64::NAN);
    panic!("on purpose");
}

/// Writes into the session before the handler runs.
struct Writes;

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Writes {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        if let Outcome::Success(session) = request.guard::<Session<Fields>>().await {
            session.set_n(1);
        }
        Outcome::Success(Writes)
    }
}

#[get("/panic-after-a-guard-wrote")]
fn panics_after_guard(_writes: Writes, _session: Session) -> &'static str {
    panic!("on purpose");
}

#[session(n: u32, caught: u32)]
#[catch(default)]
fn caught(session: Session) -> String {
    session.set_caught(1);
    format!("caught {:?}", session.n())
}

#[session(n: u32, caught: u32)]
#[catch(500)]
fn caught_500(session: Session) -> String {
    session.set_caught(1);
    format!("caught {:?}", session.n())
}

fn browser() -> Browser {
    let routes = routes![
        error,
        err,
        panics,
        panics_async,
        panics_derived,
        panics_in_a_guard,
        panics_after_clear,
        panics_after_failure,
        panics_after_guard
    ];
    let rocket = app(fairing(&at(NOW)), routes);
    Browser::new(rocket.register("/", catchers![caught, caught_500]))
}

#[test]
fn what_a_handler_changed_stays_when_a_catcher_answers() {
    for code in [404, 403, 409, 500, 503] {
        let answer = browser().get(&format!("/error/{code}"));
        assert_eq!((answer.status, answer.body.as_str()), (code, "caught Some(1)"));
        assert_eq!(
            answer.issued().payload(),
            r#"{"n":1,"caught":1,"_flashes":[["info","a message"]]}"#
        );
    }
    let answer = browser().get("/err");
    assert_eq!((answer.status, answer.body.as_str()), (500, "caught Some(1)"));
    assert_eq!(answer.issued().payload(), r#"{"n":1,"caught":1}"#);
}

#[test]
fn what_a_catcher_writes_is_kept() {
    let answer = browser().get("/nowhere");
    assert_eq!((answer.status, answer.body.as_str()), (404, "caught None"));
    assert_eq!(answer.issued().payload(), r#"{"caught":1}"#);
}

#[test]
fn a_panic_keeps_nothing_of_the_request() {
    let old = r#"{"n":7,"_flashes":[["info","waiting"]]}"#;
    for path in [
        "/panic",
        "/panic-async",
        "/panic-derived",
        "/panic-in-a-guard",
        "/panic-after-clear",
        "/panic-after-a-value-that-json-cannot-hold",
        "/panic-after-a-guard-wrote",
    ] {
        let browser = browser();
        let answer = browser.get(path);
        assert_eq!(answer.status, 500, "{path}");
        assert!(answer.body.starts_with("caught"), "{path}: {}", answer.body);
        assert_eq!(answer.set_cookie(), None, "{path}");

        browser.take_cookie(Forge::new(KEY, "session").sign(old, NOW));
        let answer = browser.get(path);
        assert_eq!(answer.status, 500, "{path}");
        assert_eq!(answer.set_cookie(), None, "{path}");
    }
}

#[test]
fn a_panic_refreshes_nothing() {
    let browser = browser();
    browser.take_cookie(Forge::new(KEY, "session").sign(r#"{"n":7}"#, NOW - 20 * DAY));
    assert_eq!(browser.get("/panic").set_cookie(), None);
}

#[test]
fn after_a_panic_the_next_request_is_served() {
    let browser = browser();
    browser.get("/panic");
    let answer = browser.get("/nowhere");
    assert_eq!(answer.issued().payload(), r#"{"caught":1}"#);
}
