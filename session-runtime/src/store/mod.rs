//! Sessions that are kept on the server.
//!
//! The cookie then carries a random identifier, and a [`Store`] keeps the
//! session under the identifier's SHA-256: whoever reads the store's data
//! cannot make a cookie of it.
//!
//! # What a store promises
//!
//! - **An expired session does not exist.** `expires` is its last second: at
//!   `now > expires` it is as if it had never been, whether or not it was
//!   [purged](Store::purge_expired). The time is always the caller's `now`, in
//!   seconds since 1970, and never the store's own.
//! - **A write is a patch.** It sets these fields, removes those, and touches
//!   no other: patches of different fields that run at once all hold, whatever
//!   the order.
//! - **A write never makes a session.** A patch or a rename of a session that
//!   does not exist is [`Verdict::Gone`] and changes nothing. A session that was
//!   destroyed never comes back.
//! - **A write is whole.** After an error, a deadline or a crash it has
//!   happened completely or not at all.
//! - **What was acknowledged stays**, as far as the store keeps anything.
//!   [`prepare`](Store::prepare) says what a restart would lose.
//!
//! # Overlapping requests
//!
//! Requests of one visitor overlap, and answers overtake each other. This is
//! what an application gets, with every store:
//!
//! 1. An identifier that was renewed or ended is remembered for one hour. A
//!    request that comes with it gets an empty session. What it writes is
//!    dropped with a warning in the log, and its answer sets no cookie, except
//!    as 2 and 4 say.
//! 2. `clear()` ends the session under its newest identifier, whichever one the
//!    request came with, and so does ending a session from its owner's list.
//!    What is written after a `clear()` begins a new session.
//! 3. What a request writes that loaded the session before it was renewed
//!    follows to the new identifier. Giving up the owner follows always, even to
//!    a session that a sign-in began meanwhile. A write to a session that was
//!    ended is dropped with a warning.
//! 4. A request that sets the owner under an identifier that was renewed or
//!    ended begins a new session, with only what it wrote itself. The session
//!    that the identifier led to ends. So a second click on "sign in" signs in,
//!    and so does a second try after an answer was lost.
//! 5. Only `clear()`, the calls that end an owner's sessions, and time end a
//!    session. One that is left without fields and messages expires within an
//!    hour, and its cookie stays.
//! 6. A write moves the end of a session forward only, unless it sets the
//!    session's lifetime or leaves the session empty.
//!
//! It follows that no update is lost without a warning, that no session survives
//! its sign-out, that nothing of an old session is in one that begins, and that
//! a message is shown at least once unless its session ends first, and twice only
//! by two requests that are under way at the same moment.
//!
//! What remains possible, because a browser keeps the last `Set-Cookie` that
//! arrives: the answer of a request that ended *earlier* may arrive later and
//! replace the newer cookie with an older one, or remove it. The visitor then
//! has to sign in again. By 4, a sign-in beside a renewal leaves behind what the
//! visitor had before, without a warning. Two *first* requests, which have no cookie, begin two
//! sessions, and the browser keeps one; a `clear()` in a request without a
//! cookie has nothing to end.
//!
//! Without a field marked `#[owner]` the library cannot tell a sign-in, and 4
//! does not apply: `renew()` begins no session. Mark the field that says who is
//! signed in, or call `clear()` before setting it.
//!
//! # Keys that were renewed or ended
//!
//! For that a store remembers each key whose session was renamed or
//! destroyed, for [`REMEMBERED`] seconds: which session it led to, and what
//! became of that.
//!
//! - A [`rename`](Store::rename) continues the session under the new key. The
//!   old key is remembered. A [`patch`](Store::patch) of it *follows*: it is
//!   applied to the session under its newest key, and the verdict is
//!   [`Verdict::Followed`].
//! - A [`destroy`](Store::destroy) of a key that was renamed follows too, and
//!   ends the session under its newest key.
//! - A [`create`](Store::create) *in place of* a key ends the session that the
//!   key leads to, and begins another one. From then on the old keys lead to
//!   the new session, but to end it only: `destroy` and
//!   [`destroy_others_of`](Store::destroy_others_of) follow to it, a patch does
//!   not, unless it says [`Follow::Newest`]. What belonged to the old session
//!   never reaches the new one.
//! - [`load`](Store::load) never follows: it says [`Loaded::Former`]. Whoever
//!   has an old identifier cannot read the session that it leads to.
//!
//! A simple way to do it: each session has a *family*, the first key of the
//! first session that led to it, and an *origin*, the key that it was created
//! under. A rename keeps both, `create` in place of a key keeps the family
//! alone. A remembered key has the family and the origin of its session. A
//! patch follows where both are the same, everything else by the family.
//!
//! # Sessions that are left empty
//!
//! Only [`destroy`](Store::destroy) and time end a session. A patch that leaves
//! it [empty](Record::is_empty) makes it expire within [`EMPTY_LIFETIME`]
//! seconds, because another request may be filling it. The store decides that
//! in the same step as the patch, by what is really left.
//! [`Patch::apply`] has these rules in code.
//!
//! # Not found, gone, taken, out of order
//!
//! | what | is |
//! |---|---|
//! | no such session, or it has expired | `load`: [`Loaded::Nothing`]; `patch`, `rename`: [`Verdict::Gone`]; `destroy`: `false` |
//! | the key was renamed or destroyed within the last hour | `load`: [`Loaded::Former`]; `patch`: [`Verdict::Followed`] or [`Verdict::Gone`]; `rename`: [`Verdict::Gone`]; `destroy`: follows |
//! | a session exists under the key of a new one | `create`, `rename`: [`Verdict::Taken`], and the caller takes another key |
//! | the backend fails or cannot be reached | [`StoreError`], which becomes a 503 |
//!
//! A store does not wait for ever and does not have to watch the clock: the
//! caller drops a call that takes longer than `store_timeout`. Dropping the
//! future must leave the store usable.

mod backend;
mod identifier;
#[cfg(feature = "memory")]
mod memory;
mod open;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "redis")]
mod redis;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod sql;
#[cfg(feature = "sqlite")]
mod sqlite;

use std::collections::BTreeMap;
use std::fmt;

pub use async_trait::async_trait;
use sha2::{Digest, Sha256};

pub(crate) use self::backend::{Backend, Patched, Unavailable};
pub(crate) use self::identifier::Identifier;
#[cfg(feature = "memory")]
pub use self::memory::Memory;
pub(crate) use self::open::open;
#[cfg(feature = "postgres")]
pub use self::postgres::Postgres;
#[cfg(feature = "redis")]
pub use self::redis::Redis;
#[cfg(feature = "sqlite")]
pub use self::sqlite::Sqlite;
use crate::payload::names;

/// How long a key is remembered after its session was renamed or destroyed, in
/// seconds: one hour.
pub const REMEMBERED: u64 = 60 * 60;

/// How long a session lives that a patch leaves empty, in seconds: one hour.
pub const EMPTY_LIFETIME: u64 = 60 * 60;

/// Keeps sessions. Its [module](self) says what it promises, and the crate
/// `session-store-contract` has the tests that hold it to that.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// Called once before the launch: connects, makes tables. An error stops
    /// the launch. What it returns is logged as warnings, each a sentence: what
    /// a restart would lose, say. In `release`, which is every profile but
    /// debug, there may be more to warn of.
    async fn prepare(&self, release: bool) -> Result<Vec<String>, StoreError>;

    /// Keeps a new session, or [`Verdict::Taken`], which changes nothing.
    ///
    /// In place of a key, it also ends the session that exists under it or that
    /// it leads to, and the key leads to the new session from then on, all in
    /// one step. A key that the store knows nothing of makes no difference.
    async fn create(
        &self,
        key: &Key,
        record: &Record,
        in_place_of: Option<&Key>,
        now: u64,
    ) -> Result<Verdict, StoreError>;

    /// The session under exactly this key.
    async fn load(&self, key: &Key, now: u64) -> Result<Loaded, StoreError>;

    /// Changes a session, or [`Verdict::Gone`]. It follows a key that was
    /// renamed, as far as [`Patch::follow`] says.
    async fn patch(&self, key: &Key, patch: &Patch, now: u64) -> Result<Verdict, StoreError>;

    /// Moves a session to another key and changes it, in one step: at every
    /// moment it exists, and is in its owner's list, under exactly one of the
    /// two. It stays in its owner's list, under the new key. The old key is
    /// remembered. It does not follow: if there is no session under exactly
    /// this key, it is [`Verdict::Gone`]. `Gone` and [`Verdict::Taken`] change
    /// nothing.
    async fn rename(
        &self,
        old: &Key,
        new: &Key,
        patch: &Patch,
        now: u64,
    ) -> Result<Verdict, StoreError>;

    /// Ends the session that exists under the key or that it leads to, and says
    /// whether there was one. With an owner, only if it is that owner's. When it
    /// returns, no patch that comes later holds. The session's key is
    /// remembered.
    async fn destroy(&self, key: &Key, owner: Option<&str>, now: u64) -> Result<bool, StoreError>;

    /// Frees what expired sessions and keys no longer remembered take, and says
    /// how many sessions there were; 0 if the backend does that by itself.
    async fn purge_expired(&self, now: u64) -> Result<u64, StoreError>;

    /// The owner's sessions, in no order.
    async fn list(&self, owner: &str, now: u64) -> Result<Vec<Listed>, StoreError>;

    /// Ends all sessions of the owner, and says how many there were. One that
    /// has expired and is not yet purged may count. A session that was the
    /// owner's when this began does not escape by being renamed meanwhile.
    /// Their keys are remembered.
    async fn destroy_all_of(&self, owner: &str, now: u64) -> Result<u64, StoreError>;

    /// Ends all sessions of the owner but the one that exists under `keep` or
    /// that it leads to, and says how many there were. Their keys are
    /// remembered.
    async fn destroy_others_of(&self, owner: &str, keep: &Key, now: u64)
    -> Result<u64, StoreError>;

    /// Whether [`rename`](Self::rename), and [`create`](Self::create) in place
    /// of a key, need two keys with the same first byte, as a store does that
    /// spreads sessions over machines by it. The caller then looks for such a
    /// key.
    fn renames_within_first_byte(&self) -> bool {
        false
    }
}

/// What a session is kept under: the SHA-256 of its identifier.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key([u8; 32]);

impl Key {
    /// The key of an identifier.
    pub(crate) fn of(identifier: &[u8]) -> Key {
        Key(Sha256::digest(identifier).into())
    }

    /// A key of its bytes, as a store reads it back.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Key {
        Key(bytes)
    }

    /// Its bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// A key of the 64 characters of [`to_hex`](Self::to_hex).
    #[must_use]
    pub fn from_hex(hex: &str) -> Option<Key> {
        let mut bytes = [0; 32];
        let decoded = base16ct::lower::decode(hex, &mut bytes).ok()?;
        (decoded.len() == bytes.len()).then_some(Key(bytes))
    }

    /// Its bytes as 64 characters of lower-case hex.
    #[must_use]
    pub fn to_hex(&self) -> String {
        base16ct::lower::encode_string(&self.0)
    }
}

/// Enough to tell two sessions apart, and too little to look one up.
impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({}…)", &self.to_hex()[..8])
    }
}

/// A session's fields: names, and values as JSON texts. A store keeps both as
/// they are: a name may hold any character, and a text comes back byte for byte.
pub type Fields = BTreeMap<String, String>;

/// A session as it is kept. All times are seconds since 1970.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Record {
    /// The fields.
    pub fields: Fields,
    /// When the session began.
    pub created: u64,
    /// When it was last written or touched.
    pub seen: u64,
    /// Its last second.
    pub expires: u64,
    /// Whose session it is: the owner field's JSON text.
    pub owner: Option<String>,
}

impl Record {
    /// A session of nobody's that began and was seen now.
    #[must_use]
    pub fn new(fields: Fields, now: u64, expires: u64) -> Record {
        Record { fields, created: now, seen: now, expires, owner: None }
    }

    /// Whether it has no fields but those that say how long it is kept:
    /// [`Record::PERMANENT`] and [`Record::LIFETIME`].
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.fields.keys().all(|name| name == Record::PERMANENT || name == Record::LIFETIME)
    }

    /// The field that says that the browser keeps the cookie.
    pub const PERMANENT: &'static str = names::PERMANENT;

    /// The field that has the session's own lifetime.
    pub const LIFETIME: &'static str = names::LIFETIME;
}

/// No values: they are the visitor's.
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

/// A change of a session. Without fields it is a touch.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Patch {
    /// Fields to set. None of them is in `remove`.
    pub set: Fields,
    /// Names of fields to remove. One that does not exist is not an error.
    pub remove: Vec<String>,
    /// When the session is seen. It moves forward only.
    pub seen: u64,
    /// Its last second, from now on, unless it is later already.
    pub expires: u64,
    /// Whether `expires` holds even if that is earlier than before.
    pub shortens: bool,
    /// When the session begins anew: its age counts from then on.
    pub created: Option<u64>,
    /// `None` leaves the owner, `Some(None)` makes it nobody's.
    pub owner: Option<Option<String>>,
    /// How far it follows a key that was renamed.
    pub follow: Follow,
}

/// How far a [`Patch`] follows a key that is remembered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Follow {
    /// To the same session under its newest key.
    #[default]
    Renames,
    /// To whatever session the key leads to, one that was created in its place
    /// included.
    Newest,
}

impl Patch {
    /// A touch: no fields, the same owner.
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

    /// Changes a record that is at hand.
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
            self.expires.min(now.saturating_add(EMPTY_LIFETIME))
        } else if self.shortens {
            self.expires
        } else {
            self.expires.max(record.expires)
        };
    }
}

/// No values: they are the visitor's.
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

/// A session in the list of its owner. All times are seconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Listed {
    /// What it is kept under.
    pub key: Key,
    /// When it began.
    pub created: u64,
    /// When it was last written or touched.
    pub seen: u64,
    /// Its last second.
    pub expires: u64,
}

impl Listed {
    /// A session in a list.
    #[must_use]
    pub const fn new(key: Key, created: u64, seen: u64, expires: u64) -> Listed {
        Listed { key, created, seen, expires }
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_the_sha256_of_the_identifier() {
        // FIPS 180-2, appendix B.1.
        let hex = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(Key::of(b"abc").to_hex(), hex);
        assert_eq!(format!("{:?}", Key::of(b"abc")), "Key(ba7816bf…)");
        assert_eq!(Key::from_hex(hex), Some(Key::of(b"abc")));
        let upper = &hex.to_uppercase();
        for odd in ["", "ba", &hex[1..], &hex[2..], upper, &format!("{hex}0"), &format!("{hex}00")]
        {
            assert_eq!(Key::from_hex(odd), None, "{odd}");
        }
    }

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
