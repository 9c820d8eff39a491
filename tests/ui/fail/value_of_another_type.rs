//! A value that is not the field's.

use rocket::get;
use session_runtime::prelude::*;

#[session(username: String, visits: u32)]
#[get("/")]
fn index(session: Session) {
    session.set_username(3);
    session.set_visits("3");
}

fn main() {}
