//! An error in the body is one error.

use rocket::get;
use session_runtime::prelude::*;

#[session(username: String else rocket::http::Status::Unauthorized)]
#[get("/")]
fn index(session: Session) -> String {
    session.username()
}

fn main() {}
