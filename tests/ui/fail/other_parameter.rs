//! A parameter named `session` with a type that is none.

use rocket::get;
use session_runtime::prelude::*;

#[session(username: String)]
#[get("/")]
fn index(session: Sesion) -> String {
    session.username().unwrap_or("stranger").into()
}

fn main() {}
