//! A request has one session, which `view` shows through another schema.

use rocket::get;
use session_runtime::prelude::*;

#[session(username: String)]
pub struct Visitor;

#[session(theme: String)]
pub struct Reader;

#[session(..Visitor)]
#[get("/")]
fn index(mut session: Session, other: Session<Reader>) -> String {
    format!("{:?} {:?}", session.username(), other.theme())
}

#[session(..Visitor)]
#[get("/typed")]
fn typed(session: Session<Visitor>, other: Session<Reader>) -> String {
    format!("{:?} {:?}", session.username(), other.theme())
}

fn main() {}
