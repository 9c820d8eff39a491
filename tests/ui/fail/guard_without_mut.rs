//! A guard needs `mut session`.

use rocket::get;
use session_runtime::prelude::*;

#[session(visits: u32 = 0)]
#[get("/")]
fn index(session: Session) {
    *session.visits_mut() += 1;
}

fn main() {}
