//! Tests the real Flask with a Rocket application. They share a secret and a cookie
//! jar, and are used over real HTTP.

mod flask;
mod jar;
mod sessions;
mod story;

use session_runtime::prelude::*;
use session_runtime::{Format, SessionFairing};

/// The secret of both applications.
const SECRET: &str = "a secret of the tests: correct horse battery staple";

/// Sessions that are shared with Flask. Like Flask, they use the system clock.
fn shared() -> SessionFairing {
    session_tests::log::install();
    Sessions::fairing().secret_key(SECRET).format(Format::Flask)
}
