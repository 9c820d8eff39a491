//! What a visitor may not have yet is an `Option`.

use rocket::get;
use session_runtime::prelude::*;

#[session(username: String)]
#[get("/")]
fn index(session: Session) -> String {
    let name: &str = session.username();
    name.into()
}

fn main() {}
