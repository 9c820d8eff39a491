//! Why a store failed.

use std::fmt;

/// The store's backend failed or could not be reached.
#[derive(Debug)]
pub struct StoreError(String);

impl StoreError {
    /// An error with its reason. The reason goes into the log, so it must not
    /// contain credentials or anything of a session.
    #[must_use]
    pub fn new(why: impl fmt::Display) -> StoreError {
        // The sentence that it becomes part of has its own full stop.
        StoreError(why.to_string().trim_end_matches('.').to_owned())
    }
}

/// A database may repeat what it was sent, so what a terminal would obey is
/// escaped.
impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        crate::printable::Printable(&self.0).fmt(f)
    }
}

impl std::error::Error for StoreError {}
