//! A change of a session in a store.

use std::fmt;

use super::record::{Fields, Record};

/// The longest that a session lives after a patch left it empty: one hour, in
/// seconds.
pub const EMPTY_LIFETIME: u64 = 60 * 60;

/// A change of a session. Without fields, it only says that the session was seen.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Patch {
    /// The fields to set. None of them is in `remove`.
    pub set: Fields,
    /// The names of the fields to remove. A name that does not exist is not an
    /// error.
    pub remove: Vec<String>,
    /// When the session was seen. An earlier time than the session has is ignored.
    pub seen: u64,
    /// The last second of the session. An earlier time than the session has is
    /// ignored, unless `shortens` is set.
    pub expires: u64,
    /// Whether `expires` may be earlier than before.
    pub shortens: bool,
    /// If the session begins anew, when: its age counts from then on.
    pub created: Option<u64>,
    /// The new owner. `None` leaves the owner as it is, and `Some(None)` removes
    /// it.
    pub owner: Option<Option<String>>,
    /// How far the patch follows a key that was renamed.
    pub follow: Follow,
}

/// How far a [`Patch`] follows a key that is remembered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Follow {
    /// To the same session, under its newest key.
    #[default]
    Renames,
    /// To whatever session the key leads to, even if that was created in its place.
    Newest,
}

impl Patch {
    /// The owner that the session is filed under by this patch.
    pub(crate) fn new_owner(&self) -> Option<&str> {
        self.owner.as_ref()?.as_deref()
    }

    /// A patch that changes no fields and leaves the owner as it is.
    #[must_use]
    pub fn new(now: u64, expires: u64) -> Patch {
        Patch {
            set: Fields::new(),
            remove: Vec::new(),
            seen: now,
            expires,
            shortens: false,
            created: None,
            owner: None,
            follow: Follow::Renames,
        }
    }

    /// The last second of a session that the patch leaves empty.
    pub(super) fn empty_expires(&self, now: u64) -> u64 {
        self.expires.min(now.saturating_add(EMPTY_LIFETIME))
    }

    /// Applies the patch to a record.
    pub fn apply(&self, record: &mut Record, now: u64) {
        self.remove.iter().for_each(|name| {
            record.fields.remove(name);
        });
        record.fields.extend(self.set.clone());
        record.seen = record.seen.max(self.seen);
        record.created = self.created.unwrap_or(record.created);
        if let Some(owner) = &self.owner {
            record.owner.clone_from(owner);
        }
        record.expires = if record.is_empty() {
            self.empty_expires(now)
        } else if self.shortens {
            self.expires
        } else {
            self.expires.max(record.expires)
        };
    }
}

/// Shows no values: they are the visitor's.
impl fmt::Debug for Patch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Patch { set, remove, seen, expires, shortens, created, owner, follow } = self;
        f.debug_struct("Patch")
            .field("set", &set.keys())
            .field("remove", remove)
            .field("seen", seen)
            .field("expires", expires)
            .field("shortens", shortens)
            .field("created", created)
            .field("files_owner", &owner.is_some())
            .field("follow", follow)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patch_sets_removes_and_leaves_the_rest() {
        let mut record = Record::new(fields(&[("a", "1"), ("b", "2"), ("c", "3")]), 10, 20);
        let owner = Some(Some("\"zoe\"".to_owned()));
        let remove = vec!["b".into(), "x".into()];
        let patch =
            Patch { set: fields(&[("a", "7"), ("d", "4")]), remove, owner, ..Patch::new(11, 21) };
        patch.apply(&mut record, 11);
        assert_eq!(record.fields, fields(&[("a", "7"), ("c", "3"), ("d", "4")]));
        assert_eq!((record.created, record.seen, record.expires), (10, 11, 21));
        assert_eq!(record.owner.as_deref(), Some("\"zoe\""));
        Patch::new(12, 22).apply(&mut record, 12);
        assert_eq!(record.owner.as_deref(), Some("\"zoe\""));
        Patch { owner: Some(None), created: Some(12), ..Patch::new(12, 22) }.apply(&mut record, 12);
        assert_eq!((record.owner, record.created), (None, 12));
    }

    #[test]
    fn a_patch_moves_times_forward_unless_it_shortens() {
        let mut record = Record::new(fields(&[("a", "1")]), 10, 20);
        Patch::new(9, 19).apply(&mut record, 9);
        assert_eq!((record.seen, record.expires), (10, 20));
        Patch { shortens: true, ..Patch::new(11, 15) }.apply(&mut record, 11);
        assert_eq!((record.seen, record.expires), (11, 15));
    }

    #[test]
    fn a_session_that_is_left_empty_expires_within_an_hour() {
        let own = [(Record::PERMANENT, "true"), (Record::LIFETIME, "9")];
        for (patch, expires) in
            [(Patch::new(10, 1_000_000), 10 + EMPTY_LIFETIME), (Patch::new(10, 99), 99)]
        {
            let mut record = Record::new(fields(&[("a", "1"), own[0], own[1]]), 10, 1_000_000);
            Patch { remove: vec!["a".into()], ..patch.clone() }.apply(&mut record, 10);
            assert_eq!((record.is_empty(), record.expires), (true, expires));
            Patch { set: fields(&[("b", "1")]), ..Patch::new(11, 500_000) }.apply(&mut record, 11);
            assert_eq!((record.is_empty(), record.expires), (false, 500_000));
        }
    }

    fn fields(list: &[(&str, &str)]) -> Fields {
        list.iter().map(|(name, json)| ((*name).into(), (*json).into())).collect()
    }

    #[test]
    fn nothing_of_a_session_is_in_debug() {
        let secret = Fields::from([("name".into(), "\"hidden\"".into())]);
        let record =
            Record { owner: Some("\"hidden\"".into()), ..Record::new(secret.clone(), 1, 2) };
        let patch = Patch { set: secret, owner: Some(record.owner.clone()), ..Patch::new(1, 2) };
        assert!(!format!("{record:?} {patch:?}").contains("hidden"));
    }
}
