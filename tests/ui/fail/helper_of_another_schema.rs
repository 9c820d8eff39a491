//! A helper takes the schema or its base, not any other.

use rocket::get;
use session_runtime::prelude::*;

#[session(username: String)]
pub struct Visitor;

#[session(theme: String)]
pub struct Reader;

fn greet(visitor: &Visitor) -> String {
    format!("Hello {}", visitor.username().unwrap_or("stranger"))
}

#[get("/")]
fn index(session: Session<Reader>) -> String {
    greet(&session)
}

fn main() {}
