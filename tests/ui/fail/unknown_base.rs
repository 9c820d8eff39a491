//! A base that is not there.

use rocket::get;
use session_runtime::prelude::*;

#[session(username: String)]
pub struct Visitor;

#[session(..Visitr, theme: String)]
#[get("/")]
fn index(session: Session) -> String {
    session.theme().unwrap_or("light").into()
}

fn main() {}
