//! A category that nobody declared.

use rocket::get;
use session_runtime::prelude::*;

#[session(flash(success, error))]
pub struct Visitor;

#[get("/")]
fn index(session: Session<Visitor>) {
    session.flash_warning("It is late.");
}

fn main() {}
