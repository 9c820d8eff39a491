//! The session is always there.

use rocket::get;
use session_runtime::prelude::*;

#[session(username: String)]
#[get("/")]
fn result(session: Result<Session, ()>) -> String {
    session.unwrap().username().unwrap_or("stranger").into()
}

fn main() {}
