//! The name of the body's parameter in a format string, in an `else`.

use rocket::post;
use session_runtime::prelude::*;

#[session(username: String else format!("You may not write {text}."))]
#[post("/write", data = "<text>")]
fn write(session: Session, text: String) -> String {
    format!("{} {text}", session.username())
}

#[session(username: String else format!("You may not write {text:?}."))]
#[post("/debug", data = "<text>")]
fn debug(session: Session, text: String) -> String {
    format!("{} {text}", session.username())
}

fn main() {}
