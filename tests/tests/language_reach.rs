//! The session outside handlers: in guards, fairings and responders.

use rocket::fairing::AdHoc;
use rocket::http::Status;
use rocket::local::blocking::Client;
use rocket::outcome::{IntoOutcome, try_outcome};
use rocket::request::{FromRequest, Outcome};
use rocket::response::{self, Responder};
use rocket::{Build, Request, Rocket, get, routes};
use session_runtime::prelude::*;

#[session(username: String, seen: u32 = 0, answered: u32 = 0)]
struct Visitor;

#[session(..Visitor, username: String else "who?")]
struct LoggedIn;

struct Admin(String);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Admin {
    type Error = session_runtime::SessionError;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Self::Error> {
        let session = try_outcome!(request.guard::<Session<LoggedIn>>().await);
        session.set_seen(session.seen() + 1);
        let name = Some(session.username()).filter(|name| *name == "Ann").map(str::to_owned);
        name.map(Admin).or_forward(Status::Forbidden)
    }
}

/// Adds the visitor's name to the response.
struct Signed<R>(R);

impl<'r, R: Responder<'r, 'static>> Responder<'r, 'static> for Signed<R> {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        let header = match Session::<Visitor>::loaded(request) {
            Some(session) => {
                session.set_answered(session.answered() + 1);
                let required = Session::<LoggedIn>::loaded(request).is_some();
                format!("{:?} {required}", session.username())
            }
            None => "nobody".into(),
        };
        let mut response = self.0.respond_to(request)?;
        response.set_raw_header("X-Signed", header);
        Ok(response)
    }
}

#[get("/login/<name>")]
fn login(name: &str, session: Session<Visitor>) {
    session.set_username(name);
}

#[get("/admin")]
fn admin(admin: Admin, session: Session<Visitor>) -> String {
    format!("{} {}", admin.0, session.seen())
}

#[get("/signed")]
fn signed(session: Session<Visitor>) -> Signed<String> {
    Signed(session.answered().to_string())
}

#[session(..LoggedIn)]
#[get("/signed/required")]
fn signed_required(session: Session) -> Signed<Option<String>> {
    Signed(Some(session.username().to_owned()))
}

#[get("/signed/without")]
fn signed_without() -> Signed<&'static str> {
    Signed("without")
}

fn rocket() -> Rocket<Build> {
    rocket::build()
        .attach(Sessions::fairing())
        .mount("/", routes![login, admin, signed, signed_required, signed_without])
}

fn client(rocket: Rocket<Build>) -> Client {
    Client::tracked(rocket).expect("it launches")
}

fn text(client: &Client, path: &str) -> String {
    client.get(path).dispatch().into_string().unwrap_or_default()
}

#[test]
fn a_guard_asks_for_the_session() {
    let client = client(rocket());
    assert_eq!(client.get("/admin").dispatch().status(), Status::Unauthorized);
    text(&client, "/login/Bob");
    assert_eq!(client.get("/admin").dispatch().status(), Status::Forbidden);
    text(&client, "/login/Ann");
    // What the guard wrote before it forwarded is kept.
    assert_eq!(text(&client, "/admin"), "Ann 2");
}

#[test]
fn a_responder_finds_the_session_that_was_taken() {
    let client = client(rocket());
    let signature = |path| {
        let response = client.get(path).dispatch();
        response.headers().get_one("X-Signed").map(str::to_owned)
    };
    assert_eq!(signature("/signed/without").as_deref(), Some("nobody"));
    assert_eq!(signature("/signed").as_deref(), Some("None false"));
    assert_eq!(signature("/signed/required"), None);
    text(&client, "/login/Ann");
    assert_eq!(signature("/signed").as_deref(), Some("Some(\"Ann\") true"));
    assert_eq!(signature("/signed/required").as_deref(), Some("Some(\"Ann\") true"));
    assert_eq!(text(&client, "/signed"), "3");
}

#[test]
fn a_request_fairing_asks_for_the_session() {
    let counting = AdHoc::on_request("counting", |request, _| {
        Box::pin(async move {
            let mut session = request.guard::<Session<Visitor>>().await.expect("a session");
            *session.seen_mut() += 1;
        })
    });
    let client = client(rocket().attach(counting));
    text(&client, "/login/Ann");
    text(&client, "/signed/without");
    assert_eq!(text(&client, "/admin"), "Ann 4");
}

#[test]
fn a_response_fairing_before_the_sessions_own_may_still_write() {
    let counting = AdHoc::on_response("counting", |request, _| {
        Box::pin(async move {
            if let Some(mut session) = Session::<Visitor>::loaded(request) {
                *session.seen_mut() += 1;
            }
        })
    });
    let rocket = rocket::build().attach(counting).attach(Sessions::fairing());
    let client = client(rocket.mount("/", routes![login, admin]));
    text(&client, "/login/Ann");
    assert_eq!(text(&client, "/admin"), "Ann 2");
}
