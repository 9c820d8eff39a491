//! The parameters of a handler have names.

use rocket::get;
use session_runtime::prelude::*;

#[session(username: String else rocket::http::Status::Unauthorized)]
#[get("/")]
fn underscore(_: Session) -> String {
    "index".into()
}

fn main() {}
