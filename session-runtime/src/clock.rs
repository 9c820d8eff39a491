//! The one source of time.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Where sessions get the time from: the system, or a test.
///
/// ```
/// use std::time::Duration;
/// use session_runtime::{Clock, Sessions};
///
/// let clock = Clock::manual(1_700_000_000);
/// let rocket = rocket::build().attach(Sessions::fairing().clock(clock.clone()));
/// clock.advance(Duration::from_secs(3600));
/// assert_eq!(clock.now(), 1_700_003_600);
/// # drop(rocket);
/// ```
#[derive(Clone, Default)]
pub struct Clock(Option<Arc<AtomicU64>>);

impl Clock {
    /// The system clock.
    #[must_use]
    pub fn system() -> Clock {
        Clock(None)
    }

    /// A clock that stands still until it is moved. Its clones move with it.
    #[must_use]
    pub fn manual(unix_seconds: u64) -> Clock {
        Clock(Some(Arc::new(AtomicU64::new(unix_seconds))))
    }

    /// Moves a manual clock forward, by whole seconds.
    ///
    /// # Panics
    ///
    /// If it is the system clock, which cannot be moved. Make one that can with
    /// [`Clock::manual`].
    pub fn advance(&self, by: Duration) {
        let Some(clock) = &self.0 else {
            panic!("the system's clock cannot be moved: make one with `Clock::manual`");
        };
        clock.fetch_add(by.as_secs(), Ordering::SeqCst);
    }

    /// Seconds since 1970. A system clock before that reads as 0. An application whose own
    /// rules depend on the time can share the clock with its sessions: then a test moves
    /// both.
    #[must_use]
    pub fn now(&self) -> u64 {
        match &self.0 {
            Some(clock) => clock.load(Ordering::SeqCst),
            None => SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs()),
        }
    }
}

/// A time in seconds since 1970, until the end of the year 9999, which is as far as RFC 3339
/// goes. A session that never ends, with `lifetime(Duration::MAX)`, has a last second that
/// no `SystemTime` holds.
pub(crate) fn time(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds.min(253_402_300_799))
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Clock::manual" } else { "Clock::system" })
    }
}
