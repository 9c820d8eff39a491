//! The real Flask and a Rocket application, with one secret, one cookie jar and
//! real HTTP in between.

mod flask;
mod jar;
mod sessions;
mod story;

use session_runtime::prelude::*;
use session_runtime::{Format, SessionFairing};

/// The secret that both applications have.
const SECRET: &str = "a secret of the tests: correct horse battery staple";

/// Sessions that are shared with Flask, by the system's clock, as Flask's.
fn shared() -> SessionFairing {
    session_tests::log::install();
    Sessions::fairing().secret_key(SECRET).format(Format::Flask)
}
