//! Names of a store's entries of what is shown once. Sorted by name, messages are in
//! the order in which they were flashed, and the inputs of forms in the order in
//! which they were kept.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;

/// Names for the entries of one request, in their order.
pub(crate) struct EntryNames {
    place: Place,
    /// Made when it is needed.
    request: Option<u64>,
    next: u32,
}

/// The length of such a name after its prefix.
pub(super) const SUFFIX: usize = 10 + 1 + 4 + 1 + 16 + 1 + 4;

/// When a request made its entries: the second, and the turn within it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    second: u64,
    turn: u16,
}

impl Place {
    /// Reads it from an entry's name.
    fn of(entry: &str) -> Option<Place> {
        let (second, rest) = entry.split_once('.')?.1.split_at_checked(10)?;
        let turn = rest.strip_prefix('.')?.get(..4)?;
        let second = u64::from_str_radix(second, 16).ok()?;
        Some(Place { second, turn: u16::from_str_radix(turn, 16).ok()? })
    }

    fn next(self) -> Place {
        Place { turn: self.turn.saturating_add(1), ..self }
    }
}

impl EntryNames {
    /// They sort after the entries that the request found. Those may be of this
    /// second, or from a machine whose clock is ahead.
    pub(crate) fn new<'a>(now: u64, found: impl Iterator<Item = &'a str>) -> EntryNames {
        let now = Place { second: now, turn: 0 };
        let last = found.filter_map(Place::of).max();
        let place = last.filter(|last| *last >= now).map_or(now, Place::next);
        EntryNames { place, request: None, next: 0 }
    }

    /// Sorted by time first, then by request, then by order within it.
    pub(super) fn next(&mut self, prefix: &str) -> String {
        // Two requests that overlap must not choose the same names, in any
        // process. The hasher's keys are random, and differ each time.
        let request = *self.request.get_or_insert_with(|| RandomState::new().hash_one(0_u8));
        let EntryNames { place: Place { second, turn }, next, .. } = *self;
        self.next += 1;
        let suffix = format!("{second:010x}.{turn:04x}.{request:016x}.{next:04x}");
        debug_assert_eq!(suffix.len(), SUFFIX);
        format!("{prefix}{suffix}")
    }
}
