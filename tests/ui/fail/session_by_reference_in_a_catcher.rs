//! The session is taken by value.

use rocket::catch;
use session_runtime::prelude::*;

#[session(username: String)]
#[catch(404)]
fn not_found(session: &Session) -> String {
    session.username().unwrap_or("stranger").into()
}

fn main() {}
