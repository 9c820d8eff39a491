//! What came of a case: as observed, and as the rules have it.

use std::collections::BTreeSet;

/// Everything that can be seen from outside. Identifiers are numbered in the
/// order in which they were issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Story {
    /// By request.
    pub answers: Vec<Answered>,
    /// The request that each identifier was issued by, if not before.
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
    /// What it tells the browser.
    pub cookie: Cookie,
    /// Whether the library logged a warning.
    pub warned: bool,
    /// The messages that it showed.
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
    /// None any more.
    Former,
    /// Nothing that it knows of.
    Unknown,
}

impl Look {
    /// What is in the session, if it is one.
    #[must_use]
    pub fn content(&self) -> Option<&Content> {
        match self {
            Look::Session(content) => Some(content),
            Look::Former | Look::Unknown => None,
        }
    }
}

/// What is in a session.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Content {
    /// Whose it is.
    pub owner: Option<Owner>,
    /// The fields that are there, and `last=N` for the one that all set.
    pub fields: BTreeSet<String>,
    /// The messages that wait.
    pub messages: BTreeSet<String>,
}

impl Content {
    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.owner.is_none() && self.fields.is_empty() && self.messages.is_empty()
    }
}

/// One of two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// Who is signed in at the start, if somebody is.
    First,
    /// Another one.
    Second,
}
