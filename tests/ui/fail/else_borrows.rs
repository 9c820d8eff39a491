//! An answer that borrows from a parameter.

use rocket::get;
use session_runtime::prelude::*;

#[session(username: String else name)]
#[get("/<name>")]
fn index(session: Session, name: &str) -> String {
    format!("{} {name}", session.username())
}

fn main() {}
