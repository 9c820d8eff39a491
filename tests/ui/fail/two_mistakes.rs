//! Two mistakes are two errors.

use rocket::{get, routes};
use session_runtime::prelude::*;

#[session(username: Option<String>, visits u32, username: u32, theme: &str)]
#[get("/")]
fn index(session: Session) -> String {
    let visits = session.visits().unwrap_or_default();
    format!("{:?} {visits} {:?}", session.username(), session.theme())
}

pub fn rocket() -> rocket::Rocket<rocket::Build> {
    rocket::build().mount("/", routes![index])
}

fn main() {}
