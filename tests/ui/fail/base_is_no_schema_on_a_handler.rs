//! A base that is something else.

use rocket::get;
use session_runtime::prelude::*;

pub struct Visitor;

#[session(..Visitor, theme: String)]
#[get("/")]
fn index(session: Session) -> String {
    session.theme().unwrap_or("light").into()
}

fn main() {}
