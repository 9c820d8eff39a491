//! One attribute on one handler.

use rocket::get;
use session_runtime::prelude::*;

#[session(username: String)]
#[session(theme: String)]
#[get("/")]
fn index(session: Session) -> String {
    session.theme().unwrap_or("light").into()
}

fn main() {}
