//! A default of another type.

use rocket::get;
use session_runtime::prelude::*;

#[session(visits: u32 = "x")]
pub struct Visitor;

#[session(theme: String = "light")]
#[get("/")]
fn index(session: Session) -> String {
    session.theme().into()
}

fn main() {}
