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
mod error;
mod identifier;
mod key;
#[cfg(feature = "memory")]
mod memory;
mod open;
mod outcome;
mod patch;
#[cfg(feature = "postgres")]
mod postgres;
mod record;
#[cfg(feature = "redis")]
mod redis;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod sql;
#[cfg(feature = "sqlite")]
mod sqlite;

pub use async_trait::async_trait;

pub(crate) use self::backend::{Backend, Patched, Unavailable};
pub use self::error::StoreError;
pub(crate) use self::identifier::Identifier;
pub use self::key::Key;
#[cfg(feature = "memory")]
pub use self::memory::Memory;
pub(crate) use self::open::open;
pub use self::outcome::{Loaded, Verdict};
pub use self::patch::{EMPTY_LIFETIME, Follow, Patch};
#[cfg(feature = "postgres")]
pub use self::postgres::Postgres;
pub use self::record::{Fields, Listed, Record};
#[cfg(feature = "redis")]
pub use self::redis::Redis;
#[cfg(feature = "sqlite")]
pub use self::sqlite::Sqlite;

/// How long a key is remembered after its session was renamed or destroyed, in
/// seconds: one hour.
pub const REMEMBERED: u64 = 60 * 60;

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
