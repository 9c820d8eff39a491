//! The type is the attribute's to fill in.

use rocket::get;
use session_runtime::prelude::*;

#[session(username: String)]
pub struct Visitor;

#[session(..Visitor, theme: String)]
#[get("/")]
fn index(session: Session<Visitor>) -> String {
    session.theme().unwrap_or("light").into()
}

fn main() {}
