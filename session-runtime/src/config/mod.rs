//! The settings: what there is, where they are read from, and which of them
//! contradict each other.

mod check;
mod choices;
mod contradictions;
mod limits;
mod settings;
mod sources;

pub(crate) use self::choices::SameSite;
pub use self::choices::{FlaskDigest, Format, Refresh};
pub(crate) use self::contradictions::Contradiction;
pub(crate) use self::limits::BROWSER_LIMIT;
#[cfg(feature = "flask")]
pub(crate) use self::settings::FlaskSettings;
pub(crate) use self::settings::{Config, Settings};
#[cfg(feature = "cli")]
pub(crate) use self::sources::figment;
pub(crate) use self::sources::{misplaced, settings};
