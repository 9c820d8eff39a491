//! How long sessions live, and when they are refreshed.
use std::time::Duration;

use crate::config::{Config, Refresh};
use crate::cookie::envelope::Stamp;

/// The configured lifetimes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Policy {
    pub(super) lifetime: Duration,
    pub(super) absolute: Option<Duration>,
    pub(super) refresh: Refresh,
}

impl Policy {
    pub(crate) fn new(config: &Config) -> Policy {
        Policy {
            lifetime: config.lifetime,
            absolute: config.absolute_lifetime,
            refresh: config.refresh,
        }
    }

    /// The last second in which a session is valid.
    pub(crate) fn expires(&self, stamp: &Stamp) -> u64 {
        let idle = stamp.issued.saturating_add(self.life(stamp));
        let absolute = self.absolute.map(|limit| stamp.created.saturating_add(limit.as_secs()));
        absolute.map_or(idle, |absolute| idle.min(absolute))
    }

    fn life(&self, stamp: &Stamp) -> u64 {
        stamp.lifetime.unwrap_or(self.lifetime).as_secs()
    }

    /// Whether to issue an unchanged session again.
    pub(super) fn is_due(&self, stamp: &Stamp, permanent: bool, now: u64) -> bool {
        let half = now >= stamp.issued.saturating_add(self.life(stamp).div_ceil(2));
        let extends = self.expires(&Stamp { issued: now, ..*stamp }) > self.expires(stamp);
        match self.refresh {
            Refresh::Never => false,
            Refresh::Always if permanent => true,
            Refresh::Always | Refresh::HalfLife => half && extends,
        }
    }

    /// Whether using a session extends its life.
    pub(super) fn refreshes(&self) -> bool {
        self.refresh != Refresh::Never
    }

    /// Whether there is an absolute limit to a session's life.
    pub(super) fn is_limited(&self) -> bool {
        self.absolute.is_some()
    }
}
