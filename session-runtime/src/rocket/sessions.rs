//! What a launched application knows about its sessions.

use std::time::Duration;

use super::builder::SessionFairing;
use super::cross_origin::CrossOrigin;
use crate::cookie::envelope::{REASONS, Refused};
use crate::request::Engine;

/// The sessions of an application. The fairing puts it into Rocket's managed state,
/// and a handler gets it through the guard `&Sessions`.
///
/// ```
/// use rocket::get;
/// use session_runtime::{Refused, Sessions};
///
/// #[get("/metrics")]
/// fn metrics(sessions: &Sessions) -> String {
///     format!("forged_sessions {}", sessions.stats().refused(Refused::Forged))
/// }
/// ```
pub struct Sessions {
    pub(super) engine: Engine,
    pub(super) cross_origin: CrossOrigin,
    pub(super) purge_interval: Duration,
    #[cfg(feature = "testing")]
    pub(super) edited_cookie: super::edited_cookie::EditedCookie,
}

impl Sessions {
    /// The fairing to attach. Its methods override Rocket's configuration.
    ///
    /// ```
    /// use session_runtime::Sessions;
    ///
    /// let rocket = rocket::build().attach(Sessions::fairing());
    /// # drop(rocket);
    /// ```
    pub fn fairing() -> SessionFairing {
        SessionFairing::default()
    }

    /// The name of the session's cookie.
    #[must_use]
    pub fn cookie_name(&self) -> &str {
        self.engine.template.name()
    }

    /// The maximum size of the cookie's name and value together, in bytes.
    #[must_use]
    pub fn max_cookie_size(&self) -> usize {
        self.engine.template.max_size()
    }

    /// The maximum size of a session in a store, in bytes: the text of all its
    /// fields and messages.
    #[must_use]
    pub fn max_session_size(&self) -> usize {
        self.engine.max_session_size
    }

    /// How many session cookies, by reason, and how many requests from other
    /// origins have been refused since launch.
    #[must_use]
    pub fn stats(&self) -> Stats {
        Stats { refused: self.engine.counters.all(), cross_origin: self.cross_origin.refused() }
    }
}

impl std::fmt::Debug for Sessions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sessions")
            .field("cookie", &self.engine.template.name())
            .finish_non_exhaustive()
    }
}

/// What has been refused since launch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stats {
    refused: [u64; REASONS],
    cross_origin: u64,
}

impl Stats {
    /// How many cookies were refused for this reason.
    #[must_use]
    pub fn refused(&self, reason: Refused) -> u64 {
        self.refused[reason as usize]
    }

    /// How many cookies were refused.
    #[must_use]
    pub fn all_refused(&self) -> u64 {
        self.refused.iter().sum()
    }

    /// How many requests were refused because a page of another origin sent
    /// them.
    #[must_use]
    pub fn cross_origin(&self) -> u64 {
        self.cross_origin
    }
}
