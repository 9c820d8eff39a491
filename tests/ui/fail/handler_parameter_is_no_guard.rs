//! Rocket's own errors are the same below the attribute.

use rocket::get;
use session_runtime::prelude::*;

pub struct Nothing;

#[session(username: String else rocket::http::Status::Unauthorized)]
#[get("/<id>")]
fn index(session: Session, id: Nothing) -> String {
    let _ = id;
    session.username().into()
}

fn main() {}
