//! Panics that the answer does not show.

use std::sync::Mutex;

use rocket::request::{FromRequest, Outcome, Request};
use rocket::tokio::task::spawn_blocking;
use rocket::{get, routes};
use session_runtime::SessionFairing;
use session_runtime::prelude::*;
use session_tests::faulty::Faulty;
use session_tests::{Answer, Browser, app, clock, fairing};

use super::read;

#[session(n: u32, cart: Vec<u32> = vec![])]
struct Visitor;

#[get("/spawned")]
async fn spawned(session: Session<Visitor>) -> &'static str {
    session.set_cart(vec![1]);
    let view = session.view::<Visitor>();
    let work = spawn_blocking(move || {
        view.set_n(2);
        view.flash("hello");
        panic!("on purpose");
    });
    // A handler that ignores the outcome answers 200.
    drop(work.await);
    "good"
}

/// The session in a place where a panic in the handler does not drop it.
struct Kept<'r>(&'r Mutex<Option<Session<Visitor>>>);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Kept<'r> {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        let session = request.guard::<Session<Visitor>>().await;
        session
            .map(|session| Kept(request.local_cache(|| Mutex::new(Some(session)))))
            .map_error(|(status, _)| (status, ()))
    }
}

#[get("/cached")]
fn cached(kept: Kept<'_>) -> &'static str {
    kept.0.lock().unwrap().as_ref().unwrap().set_n(1);
    panic!("on purpose");
}

#[get("/spawned-and-read")]
async fn spawned_and_read(session: Session<Visitor>) -> &'static str {
    drop(spawn_blocking(move || panic!("on purpose, {:?}", session.n())).await);
    "good"
}

#[get("/panic")]
fn panics(session: Session<Visitor>) -> &'static str {
    session.set_n(2);
    panic!("on purpose");
}

fn browser(fairing: SessionFairing) -> Browser {
    Browser::new(app(fairing, routes![read, spawned, spawned_and_read, cached, panics]))
}

fn is_logged(answer: &Answer) {
    assert_eq!((answer.status, answer.body.as_str(), answer.set_cookie()), (200, "good", None));
    let errors = answer.errors();
    assert_eq!(errors.len(), 1, "{errors:?}");
    for word in ["`cart`", "`n`", "messages", "panic", "200", "lost", "spawn_blocking"] {
        assert!(errors[0].contains(word), "{word} in {errors:?}");
    }
}

#[test]
fn line_46_a_loss_behind_a_good_answer_is_logged() {
    is_logged(&browser(fairing(&clock())).get("/spawned"));
    let store = Faulty::default();
    is_logged(&browser(fairing(&clock()).store(store.clone())).get("/spawned"));
    assert!(store.keys().is_empty());
}

#[test]
fn line_46_where_nothing_is_lost_nothing_is_logged() {
    let browser = browser(fairing(&clock()));
    assert!(browser.get("/spawned-and-read").errors().is_empty());
    // The answer is an error, and Rocket logs the reason.
    let answer = browser.get("/panic");
    assert_eq!((answer.status, answer.errors()), (500, Vec::new()));
}

/// The documentation of `Session` says so.
#[test]
fn line_46_a_session_in_the_request_local_cache_is_kept_over_a_panic() {
    let browser = browser(fairing(&clock()));
    assert_eq!(browser.get("/cached").status, 500);
    assert_eq!(browser.get("/read").body, "1");
}
