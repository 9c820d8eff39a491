//! What a launched application knows about its sessions.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::builder::SessionFairing;
use super::cross_origin::CrossOrigin;
use crate::clock::Clock;
use crate::cookie::Template;
use crate::cookie::envelope::{Envelope, REASONS, Refused};
use crate::request::decide::Policy;
use crate::schema::registry::Registry;
use crate::store::Backend;

/// The sessions of an application: what the fairing leaves in Rocket's managed
/// state. A handler gets it as the guard `&Sessions`.
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
    pub(super) envelope: Envelope,
    pub(super) template: Template,
    pub(super) policy: Policy,
    pub(super) clock: Clock,
    pub(super) registry: Arc<Registry>,
    pub(super) counters: Counters,
    /// Where sessions are kept, if not in their cookies.
    pub(super) backend: Option<Backend>,
    pub(super) purge_interval: Duration,
    pub(super) max_session_size: usize,
    pub(super) cross_origin: CrossOrigin,
    /// Whether a new session starts permanent.
    pub(super) starts_permanent: bool,
}

impl Sessions {
    /// The fairing to attach. What its methods set wins over Rocket's
    /// configuration.
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
        self.template.name()
    }

    /// The most bytes that the cookie's name plus value may have.
    #[must_use]
    pub fn max_cookie_size(&self) -> usize {
        self.template.max_size()
    }

    /// The most bytes that a session in a store may have: the text of all its
    /// fields and messages.
    #[must_use]
    pub fn max_session_size(&self) -> usize {
        self.max_session_size
    }

    /// How many session cookies were refused since launch, by reason, and how
    /// many requests from other origins.
    #[must_use]
    pub fn stats(&self) -> Stats {
        Stats {
            refused: self.counters.0.each_ref().map(|counter| counter.load(Ordering::Relaxed)),
            cross_origin: self.cross_origin.refused(),
        }
    }
}

impl std::fmt::Debug for Sessions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sessions").field("cookie", &self.template.name()).finish_non_exhaustive()
    }
}

/// One counter for each reason, in the order of [`Refused::ALL`].
#[derive(Default)]
pub(super) struct Counters([AtomicU64; REASONS]);

impl Counters {
    pub(super) fn count(&self, refused: Refused) {
        self.0[refused as usize].fetch_add(1, Ordering::Relaxed);
    }
}

/// Numbers since launch.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_a_counter_of_its_own() {
        let counters = Counters::default();
        for (n, reason) in Refused::ALL.iter().enumerate() {
            assert_eq!(*reason as usize, n);
            counters.count(*reason);
        }
    }
}
