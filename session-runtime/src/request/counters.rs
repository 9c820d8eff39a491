//! Counts the refused cookies by reason.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::cookie::envelope::{REASONS, Refused};

/// One counter for each reason, in the order of [`Refused::ALL`].
#[derive(Default)]
pub(crate) struct Counters([AtomicU64; REASONS]);

impl Counters {
    pub(crate) fn count(&self, refused: Refused) {
        self.0[refused as usize].fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn all(&self) -> [u64; REASONS] {
        self.0.each_ref().map(|counter| counter.load(Ordering::Relaxed))
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
        assert_eq!(counters.all(), [1; REASONS]);
    }
}
