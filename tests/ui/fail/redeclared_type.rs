//! A field of the base again, with another type.

use rocket::get;
use session_runtime::prelude::*;

#[session(username: String, visits: u32)]
pub struct Visitor;

#[session(..Visitor, theme: String)]
pub struct Reader;

#[session(..Visitor, visits: u64 = 0)]
pub struct Schema;

#[session(..Reader, username: Vec<u8>)]
#[get("/")]
fn index(session: Session) -> String {
    format!("{:?}", session.username())
}

fn main() {}
