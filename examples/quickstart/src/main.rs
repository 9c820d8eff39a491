//! Flask's own session program: sign in, sign out.
//!
//! Start it with `cargo run -p quickstart`. Or copy this folder, correct one path in
//! `Cargo.toml`, and begin your own application with it.

#[cfg(test)]
mod tests;

use rocket::form::{Form, FromForm};
use rocket::http::RawStr;
use rocket::response::Redirect;
use rocket::response::content::RawHtml;
use rocket::{get, launch, post, routes, uri};
use session_runtime::prelude::*;

#[session(username: String)]
struct Visitor;

#[derive(FromForm)]
struct Login<'r> {
    username: &'r str,
}

#[get("/")]
fn index(session: Session<Visitor>) -> RawHtml<String> {
    RawHtml(match session.username() {
        Some(name) => format!(
            "<p>Logged in as {}.</p><form method=post action=/logout><button>Log out</button></form>",
            // The visitor chose the text: it must not become HTML.
            RawStr::new(name).html_escape()
        ),
        None => "<p>You are not logged in. <a href=/login>Log in</a></p>".into(),
    })
}

#[get("/login")]
fn login_form() -> RawHtml<&'static str> {
    RawHtml(
        "<form method=post><input name=username required autofocus><button>Log in</button></form>",
    )
}

#[post("/login", data = "<form>")]
fn login(session: Session<Visitor>, form: Form<Login<'_>>) -> Redirect {
    session.renew();
    session.set_username(form.username);
    Redirect::to(uri!(index))
}

#[post("/logout")]
fn logout(session: Session<Visitor>) -> Redirect {
    session.clear();
    Redirect::to(uri!(index))
}

#[launch]
fn rocket() -> _ {
    rocket::build()
        .attach(Sessions::fairing())
        .mount("/", routes![index, login_form, login, logout])
}
