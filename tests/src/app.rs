//! The application of most tests, with the debug profile, a fixed key, and a clock
//! that stands still. It does not read the environment.

use rocket::figment::Figment;
use rocket::{Build, Rocket, Route};
use session_runtime::{Clock, SessionFairing, Sessions};

use crate::log;

/// 32 random bytes.
pub const KEY: &str = "i7AJC5ngjFhF/Id4Gag1qUbumVEgAo4+cIGWVG/H2Ek=";
/// 32 other random bytes.
pub const OTHER_KEY: &str = "7SC8XUqAdKFE8+NIjlXXVKgVPev4NuF6t3Uuj4vDcrM=";
/// Another 32 random bytes.
pub const THIRD_KEY: &str = "/TFfWjLUq+UXgNLBpZ4YH5VLe6PlX3l6Pkgnrms1vKk=";

/// The clock's first time, in seconds since 1970.
pub const NOW: u64 = 1_700_000_000;

/// A clock set to [`NOW`].
#[must_use]
pub fn clock() -> Clock {
    Clock::manual(NOW)
}

/// A clock set to `time`.
#[must_use]
pub fn at(time: u64) -> Clock {
    Clock::manual(time)
}

/// The debug profile.
#[must_use]
pub fn debug() -> Figment {
    log::install();
    quiet(rocket::Config::debug_default())
}

/// The release profile.
#[must_use]
pub fn release() -> Figment {
    log::install();
    quiet(rocket::Config::release_default())
}

fn quiet(config: rocket::Config) -> Figment {
    Figment::from(config)
        .merge(("port", 0))
        .merge(("cli_colors", false))
        .merge(("shutdown.ctrlc", false))
        .merge(("shutdown.grace", 1))
        .merge(("shutdown.mercy", 1))
}

/// The fairing with [`KEY`].
pub fn fairing(clock: &Clock) -> SessionFairing {
    log::install();
    Sessions::fairing().secret_key(KEY).clock(clock.clone())
}

/// An application in the debug profile.
#[must_use]
pub fn app(fairing: SessionFairing, routes: Vec<Route>) -> Rocket<Build> {
    rocket::custom(debug()).attach(fairing).mount("/", routes)
}
