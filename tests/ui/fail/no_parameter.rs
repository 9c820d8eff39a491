//! A handler that takes no session. `routes!` finds it all the same.

use rocket::{get, routes};
use session_runtime::prelude::*;

#[session(username: String)]
#[get("/")]
fn index() -> &'static str {
    "index"
}

#[session(username: String)]
#[get("/<page>")]
fn page(page: u32) -> String {
    session.username().unwrap_or("stranger").into()
}

pub fn rocket() -> rocket::Rocket<rocket::Build> {
    rocket::build().mount("/", routes![index, page])
}

fn main() {}
