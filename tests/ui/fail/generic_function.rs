//! A handler is one function.

use rocket::get;
use session_runtime::prelude::*;

#[session(username: String)]
#[get("/")]
fn index<T: ToString>(session: Session) -> String {
    session.username().unwrap_or("stranger").into()
}

fn main() {}
