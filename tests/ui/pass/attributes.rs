//! Other attributes on the handler, the schema and the parameters stay.
#![deny(warnings, missing_docs)]

use rocket::http::Status;
use rocket::local::blocking::Client;
use rocket::{get, routes};
use session_runtime::prelude::*;

/// A schema.
#[session(
    /// A name
    /// over two lines.
    username: String,
    /** How often. */
    visits: u32 = 0,
    #[doc = "A theme."]
    #[key("t")]
    theme: String else Status::Unauthorized,
)]
#[derive(Debug)]
pub struct Visitor;

#[derive(Debug)]
#[session(username: String)]
#[allow(dead_code)]
struct Above;

/// A handler.
#[session(..Visitor)]
#[allow(unused_variables, clippy::needless_pass_by_value)]
#[deprecated]
#[inline]
#[get("/<id>", rank = 2)]
fn index(session: Session, id: String) -> String {
    let unused = 1;
    session.theme().into()
}

#[session(username: String)]
#[cfg(any())]
#[get("/never")]
fn never(session: Session) -> Nonsense {}

#[session(username: String)]
#[cfg_attr(all(), allow(unused_variables))]
#[rocket::get("/absolute")]
fn absolute(session: Session) -> &'static str {
    "absolute"
}

#[session(username: String else Status::Unauthorized)]
#[rocket::route(GET, uri = "/route")]
fn route(session: Session) -> String {
    session.username().into()
}

#[session(username: String)]
#[::rocket::get("/leading")]
fn leading(_session: ::session_runtime::Session) {}

fn main() {
    #[allow(deprecated)]
    let routes = routes![index, absolute, route, leading];
    let client =
        Client::untracked(rocket::build().attach(Sessions::fairing()).mount("/", routes)).unwrap();
    assert_eq!(client.get("/x").dispatch().status(), Status::Unauthorized);
    assert_eq!(client.get("/absolute").dispatch().into_string().unwrap(), "absolute");
    assert_eq!(client.get("/route").dispatch().status(), Status::Unauthorized);
    assert_eq!(client.get("/leading").dispatch().status(), Status::Ok);
}
