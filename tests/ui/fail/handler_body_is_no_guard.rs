//! Rocket's own errors are the same below the attribute, for the body too.

use rocket::post;
use session_runtime::prelude::*;

pub struct Nothing;

#[session(username: String else rocket::http::Status::Unauthorized)]
#[post("/", data = "<body>")]
fn index(session: Session, body: Nothing) -> String {
    let _ = body;
    session.username().into()
}

fn main() {}
