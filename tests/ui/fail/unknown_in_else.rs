//! On a schema, `else` sees `session` and no parameters.

use rocket::get;
use session_runtime::prelude::*;

#[session(username: String else format!("Who is {name}?"))]
pub struct LoggedIn;

#[session(username: String else format!("Who is {nmae}?"))]
#[get("/<name>")]
fn index(session: Session, name: String) -> String {
    format!("{} {name}", session.username())
}

fn main() {}
