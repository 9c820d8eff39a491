//! A field of its own that would be stored where the base has another.

use rocket::get;
use session_runtime::prelude::*;

#[session(#[key("name")] username: String)]
pub struct Visitor;

#[session(..Visitor, name: String)]
pub struct Schema;

#[session(..Visitor, #[key("name")] title: String)]
#[get("/")]
fn index(session: Session) -> String {
    session.title().unwrap_or("none").into()
}

fn main() {}
