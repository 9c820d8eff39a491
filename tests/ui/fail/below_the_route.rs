//! Below Rocket's attribute it comes too late.

use rocket::{catch, catchers, get, routes};
use session_runtime::prelude::*;

#[get("/")]
#[session(username: String)]
fn index(session: Session) -> String {
    session.username().unwrap_or("stranger").into()
}

#[catch(404)]
#[session(username: String)]
fn not_found() -> &'static str {
    "not found"
}

pub fn rocket() -> rocket::Rocket<rocket::Build> {
    rocket::build().mount("/", routes![index]).register("/", catchers![not_found])
}

fn main() {}
