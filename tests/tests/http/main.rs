//! Over real connections: what Rocket's local client cannot send or show.

mod connections;
mod cookie_header;
mod cross_origin;
mod proxy;
mod redirect;
mod responses;

use rocket::http::Status;
use rocket::response::{Flash, Redirect};
use rocket::{Build, Rocket, get, post, routes};
use session_runtime::prelude::*;
use session_tests::http::Server;
use session_tests::{Answer, Forge, KEY, NOW, clock, fairing, release};

const NAME: &str = "__Host-session";

#[get("/read")]
fn read(session: Session) -> String {
    session.get::<u32>("n").map_or_else(|| "none".into(), |n| n.to_string())
}

#[get("/set/<n>")]
fn set(session: Session, n: u32) -> String {
    session.set("n", n);
    n.to_string()
}

#[get("/clear")]
fn clear(session: Session) -> &'static str {
    session.clear();
    "cleared"
}

#[get("/permanent")]
fn permanent(session: Session) -> &'static str {
    session.set("n", 1);
    session.set_permanent(true);
    "permanent"
}

#[get("/plain")]
fn plain() -> &'static str {
    "plain"
}

#[post("/flash")]
fn flash(session: Session) -> Redirect {
    session.flash("saved");
    Redirect::to("/show")
}

#[get("/show")]
fn show(session: Session) -> String {
    session.flashes().into_iter().map(|flash| flash.message).collect()
}

#[get("/show-as/<status>")]
fn show_as(session: Session, status: u16) -> (Status, String) {
    (Status::new(status), session.flashes().into_iter().map(|flash| flash.message).collect())
}

#[get("/set-as/<status>/<n>")]
fn set_as(session: Session, status: u16, n: u32) -> (Status, String) {
    session.set("n", n);
    (Status::new(status), n.to_string())
}

#[get("/stream")]
fn stream(session: Session) -> rocket::response::stream::TextStream![&'static str] {
    rocket::response::stream::TextStream! {
        yield "a";
        session.set("n", 5);
        yield "b";
    }
}

#[get("/panic")]
fn panics(session: Session) -> String {
    session.set("n", 5);
    panic!("on purpose");
}

/// An application that sets a cookie of its own beside the session.
#[get("/beside")]
fn beside(session: Session, jar: &rocket::http::CookieJar<'_>) -> Flash<&'static str> {
    session.set("n", 9);
    jar.add(("own", "1"));
    Flash::success("beside", "Rocket's own")
}

fn rocket() -> Rocket<Build> {
    let routes = routes![
        read, set, clear, permanent, plain, flash, show, show_as, set_as, stream, panics, beside
    ];
    rocket::custom(release()).attach(fairing(&clock())).mount("/", routes)
}

fn server() -> Server {
    Server::start(rocket())
}

fn forge() -> Forge {
    Forge::new(KEY, NAME)
}

/// A valid value with this number.
fn value(n: u32) -> String {
    forge().sign(format!(r#"{{"n":{n}}}"#), NOW)
}

/// A valid pair with this number.
fn pair(n: u32) -> String {
    format!("{NAME}={}", value(n))
}

/// The pair of an answer that set the session.
fn kept(answer: &Answer) -> String {
    let cookie = answer.issued();
    format!("{}={}", cookie.name, cookie.value)
}
