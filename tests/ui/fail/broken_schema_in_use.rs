//! A broken declaration is one error, however often it is used.

use rocket::{get, routes};
use session_runtime::prelude::*;

#[session(username: String, visits u32)]
pub struct Visitor;

#[get("/")]
fn index(mut session: Session<Visitor>) -> String {
    *session.visits_mut() += 1;
    session.username().unwrap_or("stranger").into()
}

#[session(..Visitor, theme: String)]
#[get("/theme")]
fn theme(session: Session) -> String {
    session.theme().unwrap_or("light").into()
}

pub fn rocket() -> rocket::Rocket<rocket::Build> {
    rocket::build().mount("/", routes![index, theme])
}

fn main() {}
