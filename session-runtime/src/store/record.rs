//! A session as a store keeps it.

use std::collections::BTreeMap;
#[cfg(any(feature = "memory", feature = "redis"))]
use std::collections::HashSet;
use std::fmt;

use super::key::Key;
use crate::payload::names;

/// A session's fields: their names, and their values as JSON texts. A store keeps
/// both as they are: a name may have any character in it, and a text comes back
/// byte for byte.
pub type Fields = BTreeMap<String, String>;

/// A session as a store keeps it. All times are in seconds since 1970.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Record {
    /// The fields.
    pub fields: Fields,
    /// When the session began.
    pub created: u64,
    /// When it was last seen.
    pub seen: u64,
    /// Its last second.
    pub expires: u64,
    /// Whose session it is: the JSON text of the field marked `#[owner]`.
    pub owner: Option<String>,
}

impl Record {
    /// A session without an owner that begins now.
    #[must_use]
    pub fn new(fields: Fields, now: u64, expires: u64) -> Record {
        Record { fields, created: now, seen: now, expires, owner: None }
    }

    /// Whether it has no fields other than those that say how long it is kept:
    /// [`Record::PERMANENT`] and [`Record::LIFETIME`].
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.fields.keys().all(|name| name == Record::PERMANENT || name == Record::LIFETIME)
    }

    /// The name of the field that says that the browser keeps the cookie when it is
    /// closed.
    pub const PERMANENT: &'static str = names::PERMANENT;

    /// The name of the field with the session's own lifetime.
    pub const LIFETIME: &'static str = names::LIFETIME;
}

/// Shows no values: they are the visitor's.
impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Record { fields, created, seen, expires, owner } = self;
        f.debug_struct("Record")
            .field("fields", &fields.keys())
            .field("created", created)
            .field("seen", seen)
            .field("expires", expires)
            .field("owned", &owner.is_some())
            .finish()
    }
}

/// What a store keeps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Count {
    /// How many sessions there are.
    pub sessions: u64,
    /// How many owners they have. Sessions without an owner add none.
    pub owners: u64,
    /// About how many bytes the names and values of their fields have. What the backend
    /// needs besides, such as indexes, does not count.
    pub bytes: u64,
}

impl Count {
    /// A count.
    #[must_use]
    pub const fn new(sessions: u64, owners: u64, bytes: u64) -> Count {
        Count { sessions, owners, bytes }
    }

    /// Counts one more session. `owners` are those of all that were counted.
    #[cfg(any(feature = "memory", feature = "redis"))]
    pub(super) fn add(&mut self, record: &Record, owners: &mut HashSet<String>) {
        owners.extend(record.owner.clone());
        let bytes = record.fields.iter().map(|(name, json)| (name.len() + json.len()) as u64);
        self.sessions += 1;
        self.owners = owners.len() as u64;
        self.bytes += bytes.sum::<u64>();
    }
}

/// A session in the list of its owner. All times are in seconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Listed {
    /// The key that it is kept under.
    pub key: Key,
    /// When it began.
    pub created: u64,
    /// When it was last seen.
    pub seen: u64,
    /// Its last second.
    pub expires: u64,
}

impl Listed {
    /// An entry of a list.
    #[must_use]
    pub const fn new(key: Key, created: u64, seen: u64, expires: u64) -> Listed {
        Listed { key, created, seen, expires }
    }
}
