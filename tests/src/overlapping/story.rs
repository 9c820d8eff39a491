//! The outcome of a case, as observed or as the rules predict it.

use std::collections::BTreeSet;

/// Everything that is visible from outside. Identifiers are numbered in the order
/// in which they were issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Story {
    /// The answers, by request.
    pub answers: Vec<Answered>,
    /// The request that issued each identifier; `None` if it existed before.
    pub issued_by: Vec<Option<usize>>,
    /// What each identifier opens in the end.
    pub looks: Vec<Look>,
    /// The identifiers of each owner's sessions.
    pub lists: [BTreeSet<usize>; 2],
    /// The identifier that the browser has in the end.
    pub browser: Option<usize>,
    /// What each identifier opens an hour and a second later.
    pub later: Vec<Look>,
}

/// A request's answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answered {
    /// The identifier that it was sent with.
    pub sent: Option<usize>,
    /// Its cookie.
    pub cookie: Cookie,
    /// Whether the library logged a warning.
    pub warned: bool,
    /// The messages that it shows.
    pub shown: BTreeSet<String>,
}

/// A `Set-Cookie`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Cookie {
    /// None.
    #[default]
    None,
    /// One that removes the cookie.
    Removal,
    /// One with this identifier.
    Identifier(usize),
}

/// What the store has under an identifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Look {
    /// A session.
    Session(Content),
    /// A session that was renewed or ended.
    Former,
    /// Nothing: the store does not know the identifier.
    Unknown,
}

impl Look {
    /// The content, if it is a session.
    #[must_use]
    pub fn content(&self) -> Option<&Content> {
        match self {
            Look::Session(content) => Some(content),
            Look::Former | Look::Unknown => None,
        }
    }
}

/// The content of a session.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Content {
    /// The owner.
    pub owner: Option<Owner>,
    /// The fields that are present, and `last=N` for the field that all requests set.
    pub fields: BTreeSet<String>,
    /// The waiting messages.
    pub messages: BTreeSet<String>,
}

impl Content {
    /// Whether it is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.owner.is_none() && self.fields.is_empty() && self.messages.is_empty()
    }
}

/// One of two owners.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// The owner who may be signed in at the start.
    First,
    /// The other owner.
    Second,
}
