//! Everything in a request shares one session.

use rocket::fairing::AdHoc;
use rocket::http::{Header, Status};
use rocket::outcome::IntoOutcome;
use rocket::request::{FromRequest, Outcome, Request};
use rocket::response::{self, Responder};
use rocket::{get, routes};
use session_runtime::prelude::*;
use session_tests::{Browser, Forge, KEY, NOW, app, clock, fairing};

#[session(n: u32, name: String)]
struct Fields;

#[session(name: String else Status::Forbidden)]
struct Named;

/// Writes into the session, then succeeds or not.
struct Counts;

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Counts {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        let Outcome::Success(session) = request.guard::<Session<Fields>>().await else {
            return Outcome::Error((Status::ImATeapot, ()));
        };
        session.set_n(session.n().unwrap_or_default() + 1);
        let forward = request.uri().query().is_some_and(|query| query == "forward");
        (!forward).then_some(Counts).or_forward(Status::NotFound)
    }
}

#[get("/two")]
fn two(first: Session<Fields>, second: Session) -> String {
    first.set_n(1);
    let seen = second.get::<u32>("n");
    second.set("n", 2);
    format!("{seen:?} {:?}", first.n())
}

#[get("/last-guard-wins")]
fn last_guard_wins(mut first: Session<Fields>, mut second: Session<Fields>) -> String {
    first.set_n(1);
    if let (Some(mut a), Some(mut b)) = (first.n_mut(), second.n_mut()) {
        *a = 10;
        *b = 20;
        drop(b);
        drop(a);
    }
    format!("{:?} {:?}", first.n(), second.n())
}

#[get("/kept-reference")]
fn kept_reference(first: Session<Fields>, second: Session<Fields>) -> String {
    first.set_name("before");
    let before = first.name();
    second.set_name("after");
    format!("{before:?} {:?}", first.name())
}

#[get("/route", rank = 1)]
fn first_route(_counts: Counts, session: Session<Fields>) -> String {
    format!("first {:?}", session.n())
}

#[get("/route", rank = 2)]
fn second_route(session: Session<Fields>) -> String {
    format!("second {:?}", session.n())
}

#[get("/no-session-here", rank = 1)]
fn forwards(_counts: Counts) -> &'static str {
    "first"
}

#[get("/no-session-here", rank = 2)]
fn catches() -> &'static str {
    "second"
}

/// Answers from the session that a guard or handler took.
struct FromSession;

impl<'r> Responder<'r, 'static> for FromSession {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        let session = Session::<Fields>::loaded(request);
        let named = Session::<Named>::loaded(request).map(|session| session.name().to_owned());
        if let Some(session) = &session {
            session.set_name("from the responder");
        }
        format!("{:?} {named:?}", session.map(|session| session.n())).respond_to(request)
    }
}

#[get("/responder")]
fn responder(session: Session<Fields>) -> FromSession {
    session.set_n(5);
    FromSession
}

#[get("/responder-alone")]
fn responder_alone() -> FromSession {
    FromSession
}

#[get("/views")]
fn views(session: Session) -> String {
    let named = session.try_view::<Named>().map(|session| session.name().to_owned());
    session.view::<Fields>().set_n(3);
    session.set("name", "Ann");
    let now = session.try_view::<Named>().map(|session| session.name().to_owned());
    format!("{named:?} {:?} {now:?}", session.get::<u32>("n"))
}

fn browser() -> Browser {
    let routes = routes![
        two,
        last_guard_wins,
        kept_reference,
        first_route,
        second_route,
        forwards,
        catches,
        responder,
        responder_alone,
        views
    ];
    Browser::new(app(fairing(&clock()), routes))
}

#[test]
fn two_guards_of_a_request_are_one_session() {
    let answer = browser().get("/two");
    assert_eq!(answer.body, "Some(1) Some(2)");
    assert_eq!(answer.issued().payload(), r#"{"n":2}"#);
}

#[test]
fn of_two_mutable_guards_the_one_dropped_last_wins() {
    let answer = browser().get("/last-guard-wins");
    assert_eq!(answer.body, "Some(10) Some(10)");
    assert_eq!(answer.issued().payload(), r#"{"n":10}"#);
}

#[test]
fn what_was_read_stays_as_it_was_while_another_handle_writes() {
    assert_eq!(browser().get("/kept-reference").body, r#"Some("before") Some("after")"#);
}

#[test]
fn a_guard_and_a_handler_share_the_session() {
    assert_eq!(browser().get("/route").body, "first Some(1)");
}

#[test]
fn what_a_guard_wrote_stays_when_the_route_forwards() {
    let browser = browser();
    let answer = browser.get("/route?forward");
    assert_eq!(answer.body, "second Some(1)");
    assert_eq!(answer.issued().payload(), r#"{"n":1}"#);
    let answer = browser.get("/no-session-here?forward");
    assert_eq!(answer.body, "second");
    assert_eq!(answer.issued().payload(), r#"{"n":2}"#);
}

#[test]
fn a_responder_sees_the_session_that_was_taken() {
    let browser = browser();
    let answer = browser.get("/responder");
    assert_eq!(answer.body, "Some(Some(5)) None");
    assert_eq!(answer.issued().payload(), r#"{"n":5,"name":"from the responder"}"#);
    assert_eq!(browser.get("/responder").body, r#"Some(Some(5)) Some("from the responder")"#);
}

#[test]
fn a_responder_does_not_load_the_session_itself() {
    let browser = browser();
    browser.take_cookie(Forge::new(KEY, "session").sign(r#"{"n":5}"#, NOW));
    let answer = browser.get("/responder-alone");
    assert_eq!(answer.body, "None None");
    assert_eq!((answer.one("Vary"), answer.set_cookie()), (None, None));
}

#[test]
fn a_view_is_the_same_session() {
    let answer = browser().get("/views");
    assert_eq!(answer.body, r#"None Some(3) Some("Ann")"#);
}

#[test]
fn a_response_fairing_sees_the_session_that_was_taken() {
    let look = AdHoc::on_response("look", |request, response| {
        Box::pin(async move {
            let n = Session::<Fields>::loaded(request).map(|session| session.n());
            response.set_header(Header::new("X-N", format!("{n:?}")));
        })
    });
    let rocket = app(fairing(&clock()), routes![first_route, catches]).attach(look);
    let browser = Browser::new(rocket);
    assert_eq!(browser.get("/route").one("X-N"), Some("Some(Some(1))"));
    assert_eq!(browser.get("/no-session-here").one("X-N"), Some("None"));
}

#[test]
fn a_request_fairing_shares_the_session() {
    let write = AdHoc::on_request("write", |request, _| {
        Box::pin(async move {
            if let Outcome::Success(session) = request.guard::<Session<Fields>>().await {
                session.set_n(40);
            }
        })
    });
    let browser = Browser::new(app(fairing(&clock()), routes![first_route]).attach(write));
    let answer = browser.get("/route");
    assert_eq!(answer.body, "first Some(41)");
    assert_eq!(answer.issued().payload(), r#"{"n":41}"#);
}
