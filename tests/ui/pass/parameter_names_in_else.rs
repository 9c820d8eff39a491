//! An `else` sees the parameters, whatever their names.
#![deny(warnings)]

use rocket::http::Status;
use rocket::local::blocking::Client;
use rocket::{get, routes};
use session_runtime::prelude::*;

#[session(username: String else (Status::Unauthorized, format!("no name for {missing}")))]
#[get("/<missing>")]
fn a(session: Session, missing: u32) -> String {
    format!("{} {missing}", session.username())
}

#[session(username: String else (Status::Unauthorized, format!("no name for {b}")))]
#[get("/b/<b>")]
fn b(session: Session, b: u32) -> String {
    format!("{} {b}", session.username())
}

fn main() {
    let rocket = rocket::build().attach(Sessions::fairing()).mount("/", routes![a, b]);
    let client = Client::tracked(rocket).unwrap();
    let get = |uri| client.get(uri).dispatch().into_string().unwrap();
    assert_eq!(get("/1"), "no name for 1");
    assert_eq!(get("/b/2"), "no name for 2");
}
