//! A session of something that is no schema.

use rocket::get;
use session_runtime::prelude::*;

pub struct Visitor;

#[get("/")]
fn index(session: Session<Visitor>) -> String {
    session.is_empty().to_string()
}

fn main() {}
