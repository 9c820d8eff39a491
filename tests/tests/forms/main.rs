//! A form that was wrong comes back filled in: `keep_input` and `old_input`.

mod formats;
mod kept;
mod limits;
mod overlapping;
mod secrets;
mod shown_once;

use rocket::form::{Contextual, Form, FromForm};
use rocket::http::Status;
use rocket::response::Redirect;
use rocket::{Build, Rocket, State, get, post, routes};
use session_runtime::SessionFairing;
use session_runtime::prelude::*;
use session_tests::gate::Gate;
use session_tests::{Answer, Browser, app, clock, fairing};

/// What the application remembers besides.
#[session(
    #[owner]
    username: String,
    note: String,
    flash(info),
)]
pub struct Visitor;

#[derive(FromForm)]
#[allow(dead_code)] // Only what is wrong with it is looked at.
struct SignUp<'r> {
    #[field(validate = len(3..))]
    username: &'r str,
    #[field(validate = len(8..))]
    password: &'r str,
    age: u8,
    address: Address<'r>,
    tags: Vec<&'r str>,
}

#[derive(FromForm)]
#[allow(dead_code)]
struct Address<'r> {
    #[field(validate = len(2..).or_else(msg!("Which city?")))]
    city: &'r str,
}

type Filled<'r> = Form<Contextual<'r, SignUp<'r>>>;

/// What a browser sends of a form that is wrong in many places.
const WRONG: &str = "username=zo&password=hunter2&age=x&address.city=U&tags=tea&tags=caf%C3%A9";

#[post("/keep?<status>", data = "<form>")]
fn keep(session: Session<Visitor>, form: Filled<'_>, status: Option<u16>) -> (Status, Redirect) {
    session.keep_input(&form.context);
    (Status::new(status.unwrap_or(303)), Redirect::to("/show"))
}

#[post("/keep-without?<fields>", data = "<form>")]
fn keep_without(session: Session<Visitor>, form: Filled<'_>, fields: Vec<&str>) {
    session.keep_input_without(&form.context, fields);
}

#[derive(FromForm)]
#[allow(dead_code)]
struct Repeated<'r> {
    #[field(validate = with(|_| false, "is taken"))]
    username: &'r str,
    password: &'r str,
    #[field(validate = dbg_eq(self.password))]
    repeat: &'r str,
}

#[post("/keep-repeated", data = "<form>")]
fn keep_repeated(session: Session<Visitor>, form: Form<Contextual<'_, Repeated<'_>>>) {
    session.keep_input(&form.context);
}

#[derive(FromForm)]
#[allow(dead_code)]
struct Order<'r> {
    numbers: Vec<u32>,
    pin: &'r str,
}

#[post("/keep-order", data = "<form>")]
fn keep_order(session: Session<Visitor>, form: Form<Contextual<'_, Order<'_>>>) {
    session.keep_input(&form.context);
}

/// All that was kept, as JSON.
#[get("/show?<status>")]
fn show(session: Session<Visitor>, status: Option<u16>) -> (Status, String) {
    (Status::new(status.unwrap_or(200)), all(&session))
}

fn all(session: &Session<Visitor>) -> String {
    let old = session.old_input();
    if old.is_empty() { String::new() } else { serde_json::to_string(&old).unwrap() }
}

/// Keeps and shows in one request, with a second look.
#[post("/at-once", data = "<form>")]
fn at_once(session: Session<Visitor>, form: Filled<'_>) -> String {
    session.keep_input(&form.context);
    format!("{}\n{}", all(&session), all(&session))
}

/// Keeps another input after the first was shown.
#[post("/after", data = "<form>")]
fn after(session: Session<Visitor>, form: Filled<'_>) -> String {
    let before = all(&session);
    session.keep_input(&form.context);
    format!("{before}\n{}", all(&session))
}

#[get("/value/<field>")]
fn value(session: Session<Visitor>, field: &str) -> String {
    let old = session.old_input();
    format!("{:?} {:?} {:?}", old.value(field), old.values(field), old.errors(field))
}

/// Does these deeds, one after the other.
#[post("/do/<deeds>")]
async fn act(
    session: Session<Visitor>,
    untyped: Session,
    gate: &State<Gate>,
    deeds: &str,
) -> String {
    let mut shown = String::new();
    for deed in deeds.split('+') {
        let (verb, value) = deed.split_once('-').unwrap_or((deed, ""));
        match verb {
            "wait" => gate.pass().await,
            "note" => session.set_note(value),
            "forget" => drop(session.take_note()),
            "login" => session.set_username(value),
            "flash" => session.flash_info(value),
            "clear" => session.clear(),
            "renew" => session.renew(),
            "keep" => {
                let error = rocket::form::Error::validation(value.to_owned());
                session.keep_input(&rocket::form::Errors::from(error).into());
            }
            "show" => shown = session.old_input().errors("").join(" "),
            "debug" => shown = format!("{:?}", session.old_input()),
            "say" => shown = format!("{:?} {}", untyped.keys(), session.is_empty()),
            _ => unreachable!("nobody knows how to {deed}"),
        }
    }
    shown
}

fn application(fairing: SessionFairing) -> Rocket<Build> {
    let routes =
        routes![keep, keep_without, keep_repeated, keep_order, show, at_once, after, value, act];
    app(fairing, routes).manage(Gate::default())
}

fn visitor_of(fairing: SessionFairing) -> Browser {
    Browser::new(application(fairing))
}

/// A visitor whose session is in a signed cookie.
fn visitor() -> Browser {
    visitor_of(fairing(&clock()))
}

/// Sends a form.
fn send(browser: &Browser, path: &str, form: &str) -> Answer {
    browser.post_body(path, "application/x-www-form-urlencoded", form)
}

/// A visitor who has sent the wrong form.
fn sent_wrong() -> Browser {
    let browser = visitor();
    assert_eq!(send(&browser, "/keep", WRONG).status, 303);
    browser
}

const KEPT: &str = concat!(
    r#"{"values":{"address.city":["U"],"age":["x"],"tags":["tea","café"],"username":["zo"]},"#,
    r#""errors":{"address.city":["Which city?"],"#,
    r#""age":["invalid integer: invalid digit found in string"],"#,
    r#""password":["expected at least 8"],"username":["expected at least 3"]}}"#
);
