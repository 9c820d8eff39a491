//! What a store answers.

use super::record::Record;

/// What [`Store::load`](super::Store::load) finds under a key.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub enum Loaded {
    /// A session.
    Session(Record),
    /// No session, but the key is remembered: its session was renamed or destroyed
    /// within the last hour.
    Former,
    /// Neither a session nor a remembered key.
    Nothing,
}

impl Loaded {
    /// The session, if there is one.
    #[must_use]
    pub fn session(self) -> Option<Record> {
        match self {
            Loaded::Session(record) => Some(record),
            Loaded::Former | Loaded::Nothing => None,
        }
    }
}

/// The result of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a write that is not `Done` may not have happened"]
pub enum Verdict {
    /// It was applied.
    Done,
    /// It was applied to the session under its newest key, or to the session that
    /// was created in its place.
    Followed,
    /// There is no such session. Nothing was written.
    Gone,
    /// Another session exists under that key. Nothing was written.
    Taken,
}
