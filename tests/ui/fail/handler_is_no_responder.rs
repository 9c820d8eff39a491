//! Rocket's own errors are the same below the attribute.

use rocket::get;
use session_runtime::prelude::*;

pub struct Nothing;

#[session(username: String)]
pub struct Visitor;

#[session(username: String)]
#[get("/plain")]
fn plain(session: Session) -> Nothing {
    let _ = session;
    Nothing
}

#[session(..Visitor)]
#[get("/based")]
fn based(session: Session) -> Nothing {
    let _ = session;
    Nothing
}

#[session(username: String else rocket::http::Status::Unauthorized)]
#[get("/required")]
fn required(session: Session) -> Nothing {
    let _ = session;
    Nothing
}

fn main() {}
