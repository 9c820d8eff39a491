//! The only modules that know Rocket.

pub(crate) mod catcher;
mod fairing;
mod guard;
mod headers;
pub(crate) mod launch;
pub(crate) mod pending;
pub(crate) mod rejection;
mod sessions;
mod visit;

pub use self::fairing::SessionFairing;
pub use self::guard::SessionError;
pub use self::sessions::{Sessions, Stats};
