//! The only modules that use Rocket.

pub(crate) mod after_else;
mod builder;
mod cached;
pub(crate) mod catcher;
mod cross_origin;
#[cfg(feature = "testing")]
mod edited_cookie;
mod error;
mod fairing;
mod forms;
mod guard;
mod headers;
mod info;
mod launch;
pub(crate) mod loading;
mod owner;
pub(crate) mod pending;
mod purge;
pub(crate) mod rejection;
mod reply;
mod sentinels;
mod session_id;
mod sessions;
#[cfg(any(feature = "tera", feature = "handlebars", feature = "minijinja"))]
pub mod templates;
#[cfg(feature = "testing")]
pub mod testing;

pub use rocket::Request;

pub use self::builder::SessionFairing;
pub use self::error::SessionError;
pub use self::forms::OldInput;
pub use self::info::CurrentSession;
pub use self::loading::FromSession;
pub use self::owner::SessionInfo;
pub use self::session_id::{ParseSessionIdError, SessionId};
pub use self::sessions::{Sessions, Stats};
