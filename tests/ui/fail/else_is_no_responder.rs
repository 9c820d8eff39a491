//! What cannot answer a request.

use rocket::get;
use session_runtime::prelude::*;

pub struct Nothing;

#[session(username: String else Nothing)]
pub struct LoggedIn;

#[session(username: String else Nothing)]
#[get("/")]
fn index(session: Session) -> String {
    session.username().into()
}

fn main() {}
