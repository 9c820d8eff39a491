//! Copied from a handler without the attribute: one error says where it goes.

use rocket::get;
use session_runtime::prelude::*;

#[session(username: String)]
pub struct Visitor;

#[session(theme: String)]
#[get("/")]
fn index(session: Session<Visitor>) -> String {
    format!("{:?} {:?}", session.theme(), session.username())
}

fn main() {}
