//! A request has one session.

use rocket::catch;
use session_runtime::prelude::*;

#[session(username: String)]
#[catch(404)]
fn not_found(session: Session, other: Session) -> String {
    other.username().or(session.username()).unwrap_or("stranger").into()
}

fn main() {}
