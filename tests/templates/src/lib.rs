//! An application with templates of every engine: the folders in `templates`.

use rocket::fs::relative;
use rocket::{Build, Rocket, Route};
use session_runtime::{SessionFairing, templates};
use session_tests::{Browser, clock, debug, fairing};

/// The folders, one for each engine. Each has a `page`, which shows some fields, and
/// the messages that `ask` names; and a page that is `broken`.
pub const ENGINES: [&str; 3] = ["j2", "tera", "hbs"];

/// An application with the folders, but no fairing for them.
#[must_use]
pub fn without_engines(fairing: SessionFairing) -> Rocket<Build> {
    rocket::custom(debug().merge(("template_dir", relative!("templates")))).attach(fairing)
}

/// An application with templates.
#[must_use]
pub fn application(fairing: SessionFairing, routes: Vec<Route>) -> Rocket<Build> {
    without_engines(fairing).attach(templates::fairing()).mount("/", routes)
}

/// A visitor of an application with templates.
#[must_use]
pub fn browser(routes: Vec<Route>) -> Browser {
    Browser::new(application(fairing(&clock()), routes))
}
