//! The session is taken by value.

use rocket::get;
use session_runtime::prelude::*;

#[session(username: String)]
#[get("/")]
fn reference(session: &Session) -> String {
    session.username().unwrap_or("stranger").into()
}

#[session(username: String)]
#[get("/")]
fn mutable(session: &mut Session) -> String {
    session.username().unwrap_or("stranger").into()
}

fn main() {}
