//! Nothing is declared: the body is that of the untyped session.

use rocket::get;
use session_runtime::prelude::*;

#[session]
#[get("/")]
fn index(session: Session) {
    session.flash_as("warning", "It is late.");
}

fn main() {}
