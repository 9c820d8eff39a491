//! The session is taken by value, and is always there.

use rocket::get;
use session_runtime::prelude::*;

#[session(username: String)]
#[get("/")]
fn option(session: Option<Session>) -> String {
    session.unwrap().username().unwrap_or("stranger").into()
}

fn main() {}
