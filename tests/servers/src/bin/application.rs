//! An application in a process of its own, so that it can be killed. Rocket's
//! environment variables configure it.

use rocket::{delete, get, launch, post, routes};
use session_runtime::prelude::*;

/// No session.
#[get("/plain")]
fn plain() -> &'static str {
    "plain"
}

#[get("/field/<name>")]
fn read(session: Session, name: &str) -> String {
    session.get::<u64>(name).map_or_else(|| "none".into(), |value| value.to_string())
}

#[post("/field/<name>/<value>")]
fn write(session: Session, name: &str, value: u64) {
    session.set(name, value);
}

#[session(#[owner] username: String, visits: u32 = 0, flash(info))]
struct Visitor;

#[get("/")]
fn index(session: Session<Visitor>) -> String {
    format!("{} {}", session.username().unwrap_or("nobody"), session.visits())
}

#[post("/visit")]
fn visit(mut session: Session<Visitor>) -> String {
    *session.visits_mut() += 1;
    session.visits().to_string()
}

#[post("/login/<name>")]
fn login(session: Session<Visitor>, name: &str) {
    session.set_username(name);
}

#[delete("/login")]
fn logout(session: Session) {
    session.clear();
}

#[post("/flash/<message>")]
fn flash(session: Session<Visitor>, message: &str) {
    session.flash_info(message);
}

#[get("/flashes")]
fn flashes(session: Session<Visitor>) -> String {
    let messages: Vec<_> = session.flashes().into_iter().map(|flash| flash.message).collect();
    messages.join(" ")
}

#[launch]
fn rocket() -> _ {
    let routes = routes![plain, read, write, index, visit, login, logout, flash, flashes];
    rocket::build().attach(Sessions::fairing()).mount("/", routes)
}
