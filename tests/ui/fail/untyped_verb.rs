//! A typed session has no string keys.

use rocket::get;
use session_runtime::prelude::*;

#[session(username: String)]
pub struct Visitor;

#[get("/keys")]
fn keys(session: Session<Visitor>) -> String {
    session.keys().join(" ")
}

#[session(username: String)]
#[get("/flash")]
fn flash(session: Session) {
    session.flash_as("warning", "It is late.");
}

fn main() {}
