//! What runs before the `else`, and what after it.

use rocket::form::Form;
use rocket::http::{ContentType, Status};
use rocket::outcome::Outcome;
use rocket::request::{self, FromRequest};
use rocket::{Request, catch, catchers, post, routes};
use session_runtime::prelude::*;

use super::{
    Counted, Login, Member, Visitor, answer, bodies, client, form, is_refused, post, read, rocket,
};

#[session(..Member)]
#[post("/base", data = "<body>")]
fn base(session: Session, body: Counted) -> String {
    format!("{} {}", session.username(), body.0)
}

#[session(..Visitor, username: String else (Status::Unauthorized, "sign in"))]
#[post("/own", data = "<body>")]
async fn own(body: Counted, session: Session) -> String {
    format!("{} {}", session.username(), body.0)
}

#[session(..Visitor)]
#[post("/open", data = "<body>")]
fn open(session: Session, body: Counted) -> String {
    format!("{} {}", session.username().unwrap_or("nobody"), body.0)
}

#[session(..Member)]
#[post("/form", data = "<form>")]
fn of_a_form(session: Session, form: Form<Login<'_>>) -> String {
    format!("{} {} {}", session.username(), form.name, form.age)
}

#[post("/without", data = "<form>")]
fn without(form: Form<Login<'_>>) -> String {
    format!("Ann {} {}", form.name, form.age)
}

#[test]
fn line_55_an_anonymous_visitor_gets_the_else_and_nothing_is_read() {
    let client = client(routes![base, own, of_a_form]);
    for path in ["/base", "/own", "/form"] {
        is_refused(&client, path);
    }
}

#[test]
fn a_signed_in_visitor_is_answered_as_without_the_attribute() {
    let client = client(routes![of_a_form, without]);
    client.get("/sign-in").dispatch();
    let mut statuses = Vec::new();
    for (content_type, body) in bodies() {
        let with = answer(post(&client, "/form", content_type.clone(), &body));
        let without = answer(post(&client, "/without", content_type.clone(), &body));
        assert_eq!(with, without, "{content_type:?} {}", body.len());
        statuses.push(with.0);
    }
    assert_eq!(statuses, [415, 422, 415, 422, 200, 415]);
}

#[test]
fn what_was_read_is_handed_on() {
    let client = client(routes![base, own]);
    client.get("/sign-in").dispatch();
    for (n, path) in ["/base", "/own"].into_iter().enumerate() {
        assert_eq!(form(&client, path, "tea"), (200, "Ann tea".into()));
        assert_eq!(read(&client), (n + 1, 3 * (n + 1)));
    }
}

#[test]
fn a_schema_that_requires_nothing_reads_the_body() {
    let client = client(routes![open]);
    assert_eq!(form(&client, "/open", "tea"), (200, "nobody tea".into()));
    assert_eq!(read(&client), (1, 3));
}

/// A data guard that forwards the request to the next route.
struct Leaves;

#[rocket::async_trait]
impl<'r> rocket::data::FromData<'r> for Leaves {
    type Error = ();

    async fn from_data(
        _: &'r Request<'_>,
        data: rocket::Data<'r>,
    ) -> rocket::data::Outcome<'r, Self> {
        Outcome::Forward((data, Status::NotAcceptable))
    }
}

#[session(..Member)]
#[post("/leaves", data = "<_body>")]
fn leaves(session: Session, _body: Leaves) -> String {
    session.username().to_owned()
}

#[post("/leaves", data = "<body>", rank = 2)]
fn next(body: Counted) -> String {
    format!("next {}", body.0)
}

#[catch(default)]
fn catcher(status: Status, _: &Request<'_>) -> String {
    format!("caught {}", status.code)
}

#[test]
fn a_data_guard_that_fails_or_forwards_does_so() {
    let rocket = rocket(routes![base, leaves]).register("/", catchers![catcher]);
    let client = rocket::local::blocking::Client::tracked(rocket).expect("it launches");
    client.get("/sign-in").dispatch();
    assert_eq!(form(&client, "/base", "!"), (418, "caught 418".into()));
    assert_eq!(form(&client, "/leaves", "tea"), (406, "caught 406".into()));
}

#[test]
fn a_data_guard_that_forwards_leaves_the_body_to_the_next_route() {
    let client = client(routes![leaves, next]);
    assert_eq!(form(&client, "/leaves", "tea"), (401, "sign in".into()));
    client.get("/sign-in").dispatch();
    assert_eq!(form(&client, "/leaves", "tea"), (200, "next tea".into()));
}

/// A request guard that fails or forwards if a header asks for it.
struct Moody;

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Moody {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> request::Outcome<Self, ()> {
        match request.headers().get_one("X-Mood") {
            Some("fail") => Outcome::Error((Status::PaymentRequired, ())),
            Some(_) => Outcome::Forward(Status::NotAcceptable),
            None => Outcome::Success(Moody),
        }
    }
}

#[session(..Member)]
#[post("/guarded/<id>?<page>", data = "<body>")]
fn guarded(id: u8, page: u8, session: Session, _moody: Moody, body: Counted) -> String {
    format!("{} {id} {page} {}", session.username(), body.0)
}

#[test]
fn guards_path_and_query_come_before_the_else() {
    let client = client(routes![guarded]);
    let status = |uri: &'static str, mood: Option<&'static str>| {
        let mut request = client.post(uri).header(ContentType::Plain).body("tea");
        if let Some(mood) = mood {
            request.add_header(rocket::http::Header::new("X-Mood", mood));
        }
        request.dispatch().status().code
    };
    assert_eq!(status("/guarded/1?page=2", Some("fail")), 402);
    assert_eq!(status("/guarded/1?page=2", Some("forward")), 406);
    assert_eq!(status("/guarded/x?page=2", None), 422);
    assert_eq!(status("/guarded/1?page=x", None), 422);
    assert_eq!(status("/guarded/1?page=2", None), 401);
    assert_eq!(read(&client), (0, 0));
    client.get("/sign-in").dispatch();
    assert_eq!(status("/guarded/1?page=2", None), 200);
}

#[session(
    ..Visitor,
    username: String else (Status::Unauthorized, format!("{id} {page} {}", moody.is_some())),
)]
#[post("/sees/<id>?<page>", data = "<body>")]
fn sees(id: u8, page: u8, session: Session, moody: Option<Moody>, body: Counted) -> String {
    format!("{} {id} {page} {} {}", session.username(), moody.is_some(), body.0)
}

#[test]
fn an_else_sees_path_query_and_guards() {
    let client = client(routes![sees]);
    assert_eq!(form(&client, "/sees/1?page=2", "tea"), (401, "1 2 true".into()));
    client.get("/sign-in").dispatch();
    assert_eq!(form(&client, "/sees/1?page=2", "tea"), (200, "Ann 1 2 true tea".into()));
}
