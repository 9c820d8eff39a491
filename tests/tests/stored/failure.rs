//! A store that fails or does not answer gives a timely 503, and nothing is lost.

use std::time::{Duration, Instant};

use rocket::http::Status;
use rocket::request::{FromRequest, Outcome, Request};
use rocket::response::{self, Responder};
use rocket::{catch, catchers, get, post, routes};
use session_runtime::prelude::*;
use session_runtime::{SessionError, SessionFairing};
use session_tests::faulty::{Fault, Faulty, key_of};
use session_tests::{Answer, Browser};

use super::{Visitor, application, in_store, said};

pub(super) const FAULTS: [Fault; 2] = [Fault::Down, Fault::Silent];

#[session(..Visitor, username: String else "sign in first")]
pub struct LoggedIn;

#[session(..LoggedIn)]
#[get("/required")]
fn required(session: Session) -> String {
    session.username().to_owned()
}

#[get("/bare")]
fn bare(session: Session<LoggedIn>) -> String {
    session.username().to_owned()
}

/// A guard that asks for the session, but does not need it.
struct Asked(String);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Asked {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        let said = match request.guard::<Session<Visitor>>().await {
            Outcome::Success(session) => said(&session),
            Outcome::Error((status, error)) => format!("{} {error}", status.code),
            Outcome::Forward(status) => format!("forward {status}"),
        };
        Outcome::Success(Asked(said))
    }
}

struct Loaded(String);

impl<'r> Responder<'r, 'static> for Loaded {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        let loaded = Session::<Visitor>::loaded(request).is_some();
        format!("{}, loaded: {loaded}", self.0).respond_to(request)
    }
}

#[get("/asked")]
fn asked(first: Asked, second: Asked) -> Loaded {
    assert_eq!(first.0, second.0);
    Loaded(first.0)
}

#[post("/sessions")]
async fn sessions_of(sessions: &Sessions) -> Result<String, SessionError> {
    Ok(sessions.end_all("zoe").await?.to_string())
}

#[session(..Visitor)]
#[catch(503)]
fn unavailable(mut session: Session) -> String {
    let before = said(&session);
    *session.visits_mut() += 1;
    session.flash_info("sorry");
    format!("503 {before} / {}", said(&session))
}

#[session(..Visitor)]
#[catch(404)]
fn not_found(session: Session) -> String {
    let before = said(&session);
    session.clear();
    format!("404 {before}")
}

#[session(..LoggedIn)]
#[catch(418)]
fn teapot(session: Session) -> String {
    session.username().to_owned()
}

#[get("/teapot")]
fn pot() -> Status {
    Status::ImATeapot
}

fn soon(store: &Faulty) -> SessionFairing {
    in_store(store).store_timeout(Duration::from_millis(50))
}

pub(super) fn signed_in_at(store: &Faulty, fairing: SessionFairing) -> Browser {
    let rocket = application(fairing);
    let rocket = rocket.mount("/", routes![required, bare, asked, sessions_of]);
    let browser = Browser::new(rocket);
    browser.post("/do/login-zoe+note-hidden+visit");
    drop(store.calls());
    browser
}

/// A visitor with a session, without catchers.
pub(super) fn signed_in(store: &Faulty) -> Browser {
    signed_in_at(store, soon(store))
}

/// A visitor with a session, with catchers that take it.
fn with_catchers(store: &Faulty) -> Browser {
    let rocket = application(soon(store)).mount("/", routes![pot]);
    let browser = Browser::new(rocket.register("/", catchers![unavailable, not_found, teapot]));
    browser.post("/do/login-zoe+note-hidden+visit");
    drop(store.calls());
    browser
}

pub(super) const THERE: &str = "zoe 1 hidden";

/// A 503 that leaves the cookie as it is. Only the log has the reason.
pub(super) fn is_503(answer: &Answer, browser: &Browser, why: &str) {
    assert_eq!((answer.status, answer.set_cookie()), (503, None), "{answer:#?}");
    let errors = answer.errors();
    assert!(errors.iter().any(|line| line.contains(why)), "{errors:?}");
    assert_eq!(answer.list("Vary"), ["cookie"]);
    assert_eq!(answer.list("Cache-Control"), ["private"]);
    keeps_secrets(answer, browser);
}

/// No identifier, key or value is in the log.
fn keeps_secrets(answer: &Answer, browser: &Browser) {
    let cookie = browser.cookie().unwrap();
    let identifier = cookie.split('.').next().unwrap();
    let key = key_of(&cookie).to_hex();
    for line in answer.log.iter().filter(|line| line.is_ours()) {
        for secret in [identifier, &key[..8], "zoe", "hidden"] {
            assert!(!line.text.contains(secret), "{secret} is in {line:?}");
        }
    }
}

pub(super) fn reason(fault: Fault) -> &'static str {
    if fault == Fault::Down { "the store was switched off" } else { "no answer within 50ms" }
}

#[test]
fn a_session_that_cannot_be_read_is_a_503() {
    for fault in FAULTS {
        let store = Faulty::default();
        let browser = signed_in(&store);
        let cookie = browser.cookie();
        store.be(fault);
        for path in ["/", "/required", "/bare"] {
            let answer = browser.get(path);
            is_503(&answer, &browser, reason(fault));
            assert!(!answer.body.contains("sign in first"), "{path}");
            assert_eq!(store.calls(), ["load"], "{path}");
        }
        is_503(&browser.post("/do/clear+note-x"), &browser, reason(fault));
        assert_eq!(store.calls(), ["load"]);
        // It recovers without a restart.
        store.be(Fault::None);
        assert_eq!(browser.cookie(), cookie);
        assert_eq!(browser.get("/").body, THERE);
        assert_eq!(browser.get("/required").body, "zoe");
    }
}

#[test]
fn the_503_comes_after_the_deadline() {
    let store = Faulty::default();
    let browser = signed_in(&store);
    store.be(Fault::Silent);
    let start = Instant::now();
    assert_eq!(browser.get("/").status, 503);
    let took = start.elapsed();
    assert!(took >= Duration::from_millis(50), "{took:?}");
    // A busy machine is slow; without a deadline it would never end.
    assert!(took < Duration::from_secs(5), "{took:?}");
}

#[test]
fn the_default_deadline_is_one_second() {
    let store = Faulty::default();
    let browser = signed_in_at(&store, in_store(&store));
    store.be(Fault::Silent);
    let answer = browser.get("/");
    assert!(answer.errors().iter().any(|line| line.contains("within 1s")), "{answer:#?}");
}

#[test]
fn handlers_without_a_session_go_on() {
    for fault in FAULTS {
        let store = Faulty::default();
        let browser = signed_in(&store);
        store.be(fault);
        let answer = browser.get("/plain");
        assert_eq!((answer.status, answer.body.as_str()), (200, "plain"));
        assert_eq!((answer.one("Vary"), answer.set_cookie()), (None, None));
        assert!(store.calls().is_empty());
    }
}

#[test]
fn visitors_without_a_session_read_nothing_and_are_served() {
    let store = Faulty::default();
    let browser = signed_in(&store).another();
    store.be(Fault::Down);
    assert_eq!(browser.get("/").body, "nobody 0 -");
    assert_eq!(browser.get("/required").body, "sign in first");
    assert!(store.calls().is_empty());
    let answer = browser.post("/do/note-a");
    assert_eq!((answer.status, answer.set_cookie()), (503, None));
}

#[test]
fn catchers_get_an_empty_session_and_what_they_write_is_dropped() {
    for fault in FAULTS {
        let store = Faulty::default();
        let browser = with_catchers(&store);
        let cookie = browser.cookie();
        store.be(fault);
        let answer = browser.get("/");
        assert_eq!(answer.body, "503 nobody 0 - / nobody 1 -");
        is_503(&answer, &browser, reason(fault));
        let warnings = answer.warnings();
        assert!(warnings.iter().any(|line| line.contains("is dropped")), "{warnings:?}");
        let answer = browser.get("/nowhere");
        assert_eq!((answer.status, answer.set_cookie()), (404, None));
        assert_eq!(answer.body, "404 nobody 0 -");
        let warnings = answer.warnings();
        assert!(warnings.iter().any(|line| line.contains("is dropped")), "{warnings:?}");
        // A catcher with a required field gives its `else`.
        let answer = browser.get("/teapot");
        assert_eq!((answer.status, answer.body.as_str()), (418, "sign in first"));
        assert_eq!(store.calls(), ["load"; 3]);
        store.be(Fault::None);
        assert_eq!((browser.get("/").body.as_str(), browser.cookie()), (THERE, cookie));
        assert_eq!(browser.post("/do/show").body, "");
    }
}

#[test]
fn guards_are_told_and_the_store_is_asked_once() {
    for fault in FAULTS {
        let store = Faulty::default();
        let browser = signed_in(&store);
        assert_eq!(browser.get("/asked").body, format!("{THERE}, loaded: true"));
        drop(store.calls());
        store.be(fault);
        let answer = browser.get("/asked");
        let expected = "503 The session store is not available., loaded: false";
        assert_eq!((answer.status, answer.body.as_str()), (200, expected));
        assert_eq!(answer.set_cookie(), None);
        assert_eq!(store.calls(), ["load"]);
    }
}

#[test]
fn the_sessions_of_an_owner_that_cannot_be_reached_are_a_503() {
    for fault in FAULTS {
        let store = Faulty::default();
        let browser = signed_in(&store);
        store.be(fault);
        let answer = browser.post("/sessions");
        assert_eq!(answer.status, 503);
        assert!(answer.errors().iter().any(|line| line.contains(reason(fault))));
        store.be(Fault::None);
        assert_eq!(browser.post("/sessions").body, "1");
    }
}

#[test]
fn a_store_that_panics_harms_one_request() {
    let store = Faulty::default();
    let browser = with_catchers(&store);
    store.be(Fault::Panics);
    let answer = browser.get("/");
    assert_eq!((answer.status, answer.set_cookie()), (500, None));
    store.be(Fault::None);
    assert_eq!(browser.get("/").body, THERE);
}
