//! A field that nobody declared.

use rocket::get;
use session_runtime::prelude::*;

#[session(username: String)]
pub struct Visitor;

#[get("/")]
fn schema(session: Session<Visitor>) -> String {
    session.usernme().unwrap_or("stranger").into()
}

#[session(..Visitor, theme: String)]
#[get("/handler")]
fn handler(session: Session) -> String {
    session.set_them("dark");
    session.theme().unwrap_or("light").into()
}

fn main() {}
