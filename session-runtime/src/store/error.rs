//! Why a store failed.

use std::fmt;

/// The backend failed or could not be reached.
#[derive(Debug)]
pub struct StoreError(String);

impl StoreError {
    /// An error with a reason, which goes into the log: no credentials, and
    /// nothing of a session.
    #[must_use]
    pub fn new(why: impl fmt::Display) -> StoreError {
        // A sentence follows, or has it in its middle.
        StoreError(why.to_string().trim_end_matches('.').to_owned())
    }
}

/// A database's own words may repeat what it was given.
impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        crate::printable::Printable(&self.0).fmt(f)
    }
}

impl std::error::Error for StoreError {}
