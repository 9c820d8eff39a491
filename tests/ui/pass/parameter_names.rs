//! Parameters may have any name, those of the generated code's own variables
//! and of the handler itself included.
#![deny(warnings)]

use rocket::http::Status;
use rocket::local::blocking::Client;
use rocket::{Request, catch, catchers, get, routes};
use session_runtime::prelude::*;

#[session(username: String)]
struct Visitor;

#[session(..Visitor, username: String else format!("{opened} {missing} {answer}"))]
#[get("/variables/<opened>/<missing>/<answer>")]
fn variables(session: Session, opened: u32, missing: u32, answer: u32) -> String {
    format!("{} {opened} {missing} {answer}", session.username())
}

#[session(..Visitor, username: String else format!("{handle} {value}"))]
#[get("/more/<handle>/<value>")]
async fn more(handle: u32, value: u32, request: Session) -> String {
    format!("{} {handle} {value}", request.username())
}

#[session(..Visitor)]
#[get("/page/<page>")]
fn page(session: Session, page: u32) -> String {
    format!("{:?} {page}", session.username())
}

#[session(..Visitor)]
#[get("/own")]
fn own(own: Session) -> String {
    format!("{:?}", own.username())
}

#[session(..Visitor, username: String else (Status::Unauthorized, "who?"))]
#[catch(404)]
fn request(opened: Session, missing: &Request<'_>) -> String {
    format!("{} {}", opened.username(), missing.uri())
}

#[session(username: String)]
#[catch(default)]
fn status(status: Status, session: Session, _request: &Request<'_>) -> String {
    format!("{:?} {status}", session.username())
}

fn main() {
    let rocket = rocket::build()
        .attach(Sessions::fairing())
        .mount("/", routes![variables, more, page, own])
        .register("/", catchers![request])
        .register("/status", catchers![status]);
    let client = Client::tracked(rocket).unwrap();
    let get = |uri| client.get(uri).dispatch().into_string().unwrap();
    assert_eq!(get("/variables/1/2/3"), "1 2 3");
    assert_eq!(get("/more/1/2"), "1 2");
    assert_eq!(get("/page/7"), "None 7");
    assert_eq!(get("/own"), "None");
    assert_eq!(get("/status/x"), "None 404 Not Found");
    assert_eq!(client.get("/x").dispatch().status(), Status::Unauthorized);
}
