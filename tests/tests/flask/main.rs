//! `format = "flask"`: a Flask application and this one share a session. The tests
//! against the real Flask are in `flask_live`.

mod age;
mod flashes;
mod golden;
mod keys;
mod launch;
mod limits;
mod permanence;
mod switch;
mod types;
mod undeclared;

use rocket::Route;
use session_runtime::{Clock, Format, SessionFairing};
use session_tests::{Browser, app, clock, fairing};

/// A Flask application's `SECRET_KEY`, which is neither hex nor base64.
const SECRET: &str = "_5#y2L\"F4Q8z-correct horse battery staple";

/// The fairing of an application that shares sessions with Flask.
fn shared(clock: &Clock) -> SessionFairing {
    fairing(clock).secret_key(SECRET).format(Format::Flask)
}

/// A visitor of such an application.
fn browser(routes: Vec<Route>) -> Browser {
    Browser::new(app(shared(&clock()), routes))
}
