//! A request has one session.

use rocket::get;
use session_runtime::prelude::*;

#[session(username: String)]
#[get("/")]
fn index(session: Session, other: Session) -> String {
    session.username().unwrap_or("stranger").into()
}

fn main() {}
