//! How often a request calls the store.

use rocket::request::{FromRequest, Outcome, Request};
use rocket::response::{self, Responder};
use rocket::{catch, catchers, get, routes};
use session_runtime::prelude::*;
use session_tests::Browser;
use session_tests::faulty::Faulty;

use super::{Visitor, application, in_store, said, visitor};

#[test]
fn a_handler_without_a_session_calls_nothing() {
    let store = Faulty::default();
    let browser = visitor(&store);
    browser.post("/do/note-a");
    drop(store.calls());
    assert_eq!(browser.get("/plain").body, "plain");
    assert_eq!(browser.get("/nowhere").status, 404);
    assert!(store.calls().is_empty());
}

#[test]
fn visitors_without_a_cookie_call_nothing() {
    let store = Faulty::default();
    let browser = visitor(&store);
    for _ in 0..10_000 {
        browser.another().get("/");
    }
    assert!(store.calls().is_empty());
    assert!(store.keys().is_empty());
}

#[test]
fn a_request_reads_once_and_writes_once() {
    let store = Faulty::default();
    let browser = visitor(&store);
    for (deeds, calls) in [
        ("read", &[][..]),
        ("note-a", &["create"]),
        ("read", &["load"]),
        ("note-b+visit+flash-x", &["load", "patch"]),
        ("show", &["load", "patch"]),
        ("show", &["load"]),
        ("renew", &["load", "rename"]),
        // The index of owners costs no extra call.
        ("login-zoe", &["load", "rename"]),
        ("visit", &["load", "patch"]),
        ("login-max+visit+renew", &["load", "rename"]),
        ("leave", &["load", "rename"]),
        ("clear+note-c", &["load", "destroy", "create"]),
        // The session and its cookie stay for a while.
        ("forget", &["load", "patch"]),
        ("login-zoe", &["load", "rename"]),
        ("clear", &["load", "destroy"]),
        ("clear", &[]),
    ] {
        browser.post(&format!("/do/{deeds}"));
        assert_eq!(store.calls(), calls, "{deeds}");
    }
}

struct Counted(String);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Counted {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        let session = request.guard::<Session<Visitor>>().await;
        session.map(|session| Counted(said(&session))).map_error(|(status, _)| (status, ()))
    }
}

struct Seen(String);

impl<'r> Responder<'r, 'static> for Seen {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        let session = Session::<Visitor>::loaded(request).expect("somebody loaded it");
        format!("{} / {}", self.0, said(&session)).respond_to(request)
    }
}

#[get("/often")]
fn often(counted: Counted, mut session: Session<Visitor>, bare: Session) -> Seen {
    *session.visits_mut() += 1;
    bare.set("visits", 7);
    Seen(counted.0)
}

#[get("/missing")]
fn missing(counted: Counted, session: Session<Visitor>) -> Option<String> {
    session.set_note(counted.0);
    None
}

#[session(..Visitor)]
#[catch(404)]
fn caught(mut session: Session) -> String {
    *session.visits_mut() += 1;
    session.note().unwrap_or_default().to_owned()
}

#[test]
fn a_request_loads_one_session_whoever_takes_it() {
    let store = Faulty::default();
    let rocket = application(in_store(&store)).mount("/", routes![often, missing]);
    let browser = Browser::new(rocket.register("/", catchers![caught]));
    browser.post("/do/note-a");
    drop(store.calls());
    assert_eq!(browser.get("/often").body, "nobody 0 a / nobody 7 a");
    assert_eq!(store.calls(), ["load", "patch"]);
    let answer = browser.get("/missing");
    assert_eq!((answer.status, answer.body.as_str()), (404, "nobody 7 a"));
    assert_eq!(store.calls(), ["load", "patch"]);
    assert_eq!(browser.get("/").body, "nobody 8 nobody 7 a");
}
