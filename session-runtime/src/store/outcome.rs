//! What a store answers.

use super::record::Record;

/// What is found under a key.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub enum Loaded {
    /// A session.
    Session(Record),
    /// No session, and the key is remembered: its session was renamed or
    /// destroyed within the last hour.
    Former,
    /// Nothing.
    Nothing,
}

impl Loaded {
    /// The session, if it is one.
    #[must_use]
    pub fn session(self) -> Option<Record> {
        match self {
            Loaded::Session(record) => Some(record),
            Loaded::Former | Loaded::Nothing => None,
        }
    }
}

/// What became of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a write that is not `Done` may not have happened"]
pub enum Verdict {
    /// It holds.
    Done,
    /// It holds for the session under its newer key, or for the one that was
    /// created in its place.
    Followed,
    /// There is no such session: nothing was written.
    Gone,
    /// Another session exists under that key: nothing was written.
    Taken,
}
