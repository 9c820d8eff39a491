//! The half of the notebook that has moved to Rocket: the notes.
//!
//! `examples/flask-migration/run` starts it beside the other half, in Flask.

#[cfg(test)]
mod tests;

use rocket::form::{Form, FromForm};
use rocket::http::RawStr;
use rocket::response::Redirect;
use rocket::response::content::RawHtml;
use rocket::{Build, Rocket, get, launch, post, routes, uri};
use session_runtime::prelude::*;

/// The address of Flask, which still signs visitors in.
const FLASK: &str = "http://127.0.0.1:5000/";

/// What a Flask view puts into `session["username"]`, and what is new here.
#[session(
    username: String else Redirect::to(FLASK),
    notes: Vec<String> = vec![],
    flash(success),
)]
struct Visitor;

#[derive(FromForm)]
struct Note<'r> {
    text: &'r str,
}

#[session(..Visitor)]
#[get("/notes")]
fn notes(session: Session) -> RawHtml<String> {
    // What a visitor wrote must not become HTML.
    let escape = |text: &str| RawStr::new(text).html_escape().into_owned();
    let messages = session.flashes().into_iter();
    let messages: String =
        messages.map(|flash| format!("<p>{}</p>", escape(&flash.message))).collect();
    let notes: String =
        session.notes().iter().map(|note| format!("<li>{}</li>", escape(note))).collect();
    RawHtml(format!(
        "<!doctype html><title>Notes</title>{messages}<p>Rocket: you are {}. <a href={FLASK}>Back to \
         Flask</a></p><ul>{notes}</ul><form method=post><input name=text required autofocus>\
         <button>Add</button></form><form method=post action=/logout><button>Sign out</button></form>",
        escape(session.username()),
    ))
}

#[session(..Visitor)]
#[post("/notes", data = "<form>")]
fn add(mut session: Session, form: Form<Note<'_>>) -> Redirect {
    session.notes_mut().push(form.text.to_owned());
    session.flash_success("Noted.");
    Redirect::to(uri!(notes))
}

#[post("/logout")]
fn logout(session: Session) -> Redirect {
    session.clear();
    Redirect::to(FLASK)
}

#[launch]
fn rocket() -> Rocket<Build> {
    rocket::build().attach(Sessions::fairing()).mount("/", routes![notes, add, logout])
}
