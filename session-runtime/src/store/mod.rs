//! Sessions that are kept on the server.
//!
//! The cookie then carries a random identifier. A [`Store`] keeps the session
//! under the SHA-256 of the identifier, so nobody who reads the store's data can
//! make a cookie from it. The [guide](crate::guide::stores) says which store to choose.
//!
//! # What a store promises
//!
//! - **An expired session does not exist.** `expires` is its last second. When
//!   `now > expires`, the session is as if it had never been, whether or not it
//!   was [purged](Store::purge_expired). The time is always the caller's `now`, in
//!   seconds since 1970, and never the store's own.
//! - **A write is a patch.** It sets some fields, removes others, and touches
//!   nothing else. Patches of different fields that run at the same time all take
//!   effect, in whatever order they run.
//! - **A write never makes a session.** A patch or a rename of a session that
//!   does not exist is [`Verdict::Gone`] and changes nothing. A session that was
//!   destroyed never comes back.
//! - **A write happens completely or not at all**, even if there is an error, a
//!   deadline or a crash.
//! - **An acknowledged write stays**, as far as the store keeps anything.
//!   [`prepare`](Store::prepare) says what a restart would lose.
//!
//! # Overlapping requests
//!
//! Requests of one visitor can overlap, and answers can overtake each other. With
//! every store, an application can rely on these rules:
//!
//! 1. An identifier that was renewed or ended is remembered for one hour. A
//!    request that comes with it gets an empty session. What the request writes
//!    is dropped with a warning in the log, and its answer sets no cookie, except
//!    as rules 2 and 4 say.
//! 2. `clear()` ends the session under its newest identifier, whichever identifier
//!    the request came with. So does ending a session from its owner's list.
//!    What is written after a `clear()` begins a new session.
//! 3. If a request loaded the session before it was renewed, what the request
//!    writes follows to the new identifier. Removing the owner always follows,
//!    even to a session that a sign-in began meanwhile. A write to a session that
//!    was ended is dropped with a warning.
//! 4. A request that sets the owner under an identifier that was renewed or
//!    ended begins a new session, which has only what this request wrote. The
//!    session that the identifier led to ends. So a second click on "sign in"
//!    signs in, and so does a second try after an answer was lost.
//! 5. Only `clear()`, the calls that end an owner's sessions, a sign-in beyond
//!    `max_sessions_per_owner`, and time end a session. A session that is left
//!    without fields and messages expires within an hour, and its cookie stays.
//! 6. A write never makes a session expire earlier, unless it sets the session's
//!    lifetime or leaves the session empty.
//!
//! It follows that no update is lost without a warning, that no session survives
//! its sign-out, and that a new session has nothing of an old one in it. A message
//! is shown at least once, unless its session ends first. It is shown twice only
//! if two requests run at the same moment.
//!
//! Some accidents remain possible, because a browser keeps the last `Set-Cookie`
//! that arrives. The answer of a request that ended *earlier* may arrive later and
//! replace the newer cookie with an older one, or remove it. The visitor then has
//! to sign in again. By rule 4, a sign-in beside a renewal leaves behind what the
//! visitor had before, without a warning. Two *first* requests, which have no
//! cookie, begin two sessions, and the browser keeps one of them. A `clear()` in a
//! request without a cookie has nothing to end.
//!
//! Without a field marked `#[owner]`, the library cannot recognise a sign-in, and
//! rule 4 does not apply: `renew()` does not begin a session. Mark the field that
//! says who is signed in, or call `clear()` before you set it.
//!
//! # Keys that were renewed or ended
//!
//! For these rules, a store remembers each key whose session was renamed or
//! destroyed, for [`REMEMBERED`] seconds: which session the key led to, and what
//! became of that session.
//!
//! - A [`rename`](Store::rename) continues the session under the new key, and the
//!   old key is remembered. A [`patch`](Store::patch) of the old key *follows*: it
//!   is applied to the session under its newest key, and the verdict is
//!   [`Verdict::Followed`].
//! - A [`destroy`](Store::destroy) of a key that was renamed follows too, and
//!   ends the session under its newest key.
//! - A [`create`](Store::create) *in place of* a key ends the session that the
//!   key leads to, and begins another one. From then on the old keys lead to
//!   the new session, but only to end it: `destroy` and
//!   [`destroy_others_of`](Store::destroy_others_of) follow to it. A patch does
//!   not, unless it says [`Follow::Newest`]. Nothing that belonged to the old
//!   session reaches the new one.
//! - [`load`](Store::load) never follows: it returns [`Loaded::Former`]. An old
//!   identifier does not give access to the session that it leads to.
//!
//! A simple way to implement this: each session has a *family*, which is the first
//! key of the first session that led to it, and an *origin*, which is the key that
//! it was created under. A rename keeps both; `create` in place of a key keeps
//! only the family. A remembered key has the family and the origin of its session.
//! A patch follows to a session if both are the same. Everything else follows if
//! the family is the same.
//!
//! # Sessions that are left empty
//!
//! Only [`destroy`](Store::destroy) and time end a session. A patch that leaves
//! it [empty](Record::is_empty) makes it expire within [`EMPTY_LIFETIME`]
//! seconds, and not at once, because another request may be about to fill it. The
//! store decides that in the same step as the patch, by the fields that are left
//! after all writes so far. [`Patch::apply`] has these rules in code.
//!
//! # What a call returns
//!
//! | what happened | what is returned |
//! |---|---|
//! | there is no such session, or it has expired | `load`: [`Loaded::Nothing`]; `patch`, `rename`: [`Verdict::Gone`]; `destroy`: `false` |
//! | the key was renamed or destroyed within the last hour | `load`: [`Loaded::Former`]; `patch`: [`Verdict::Followed`] or [`Verdict::Gone`]; `rename`: [`Verdict::Gone`]; `destroy`: follows |
//! | a session exists under the key of a new one | `create`, `rename`: [`Verdict::Taken`], and the caller tries another key |
//! | the backend fails or cannot be reached | [`StoreError`], which becomes a 503 |
//!
//! A store does not need timeouts of its own: the caller drops a call that takes
//! longer than `store_timeout`. Dropping the future must leave the store usable.

mod backend;
#[cfg(all(feature = "tls", any(feature = "postgres", feature = "redis")))]
mod certificate;
mod error;
mod identifier;
mod key;
#[cfg(feature = "memory")]
mod memory;
mod oldest;
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
pub use self::record::{Count, Fields, Listed, Record};
#[cfg(feature = "redis")]
pub use self::redis::Redis;
#[cfg(feature = "sqlite")]
pub use self::sqlite::Sqlite;

/// How long a key is remembered after its session was renamed or destroyed: one
/// hour, in seconds.
pub const REMEMBERED: u64 = 60 * 60;

/// Keeps sessions. The [module](self) says what a store promises, and the crate
/// `session-store-contract` tests whether it does.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// Connects, makes tables, and whatever else must be done once before the
    /// launch. An error stops the launch. What it returns is logged as warnings,
    /// a sentence each: what a restart would lose, for example. `release` is
    /// true in every profile but debug; there may be more to warn of then.
    async fn prepare(&self, release: bool) -> Result<Vec<String>, StoreError>;

    /// Keeps a new session. If another one exists under the key, this is
    /// [`Verdict::Taken`] and changes nothing.
    ///
    /// With `in_place_of`, it also ends the session that exists under that key or
    /// that the key leads to. From then on the key leads to the new session. All
    /// of this is one step. A key that the store does not know makes no
    /// difference.
    async fn create(
        &self,
        key: &Key,
        record: &Record,
        in_place_of: Option<&Key>,
        now: u64,
    ) -> Result<Verdict, StoreError>;

    /// Returns the session under exactly this key.
    async fn load(&self, key: &Key, now: u64) -> Result<Loaded, StoreError>;

    /// Changes a session. If there is none, this is [`Verdict::Gone`]. It follows
    /// a key that was renamed, as far as [`Patch::follow`] says.
    async fn patch(&self, key: &Key, patch: &Patch, now: u64) -> Result<Verdict, StoreError>;

    /// Moves a session to another key and changes it, in one step. At every
    /// moment the session exists, and is in its owner's list, under exactly one
    /// of the two keys. The old key is remembered.
    ///
    /// It does not follow: if there is no session under exactly the old key, this
    /// is [`Verdict::Gone`]. `Gone` and [`Verdict::Taken`] change nothing.
    async fn rename(
        &self,
        old: &Key,
        new: &Key,
        patch: &Patch,
        now: u64,
    ) -> Result<Verdict, StoreError>;

    /// Ends the session that exists under the key or that the key leads to, and
    /// returns whether there was one. If an owner is given, it ends only a session
    /// of that owner. Once it has returned, no later patch changes the session.
    /// The session's key is remembered.
    async fn destroy(&self, key: &Key, owner: Option<&str>, now: u64) -> Result<bool, StoreError>;

    /// Deletes expired sessions, and keys that need not be remembered any more.
    /// Returns how many sessions it deleted, or 0 if the backend deletes them by
    /// itself.
    async fn purge_expired(&self, now: u64) -> Result<u64, StoreError>;

    /// Returns the owner's sessions, in no particular order.
    async fn list(&self, owner: &str, now: u64) -> Result<Vec<Listed>, StoreError>;

    /// Ends all sessions of the owner, and returns how many there were. An expired
    /// session that is not yet purged may count. A session that was the owner's
    /// when the call began does not escape by being renamed meanwhile. The keys
    /// of the sessions are remembered.
    async fn destroy_all_of(&self, owner: &str, now: u64) -> Result<u64, StoreError>;

    /// Ends all sessions of the owner but the one that exists under `keep` or
    /// that `keep` leads to, and returns how many it ended. Their keys are
    /// remembered.
    async fn destroy_others_of(&self, owner: &str, keep: &Key, now: u64)
    -> Result<u64, StoreError>;

    /// Ends the sessions of the owner that were not seen for the longest time, until
    /// no more than `most` are left, and returns how many it ended. Expired sessions
    /// do not count. Their keys are remembered. Of two sessions that were seen in
    /// the same second, the one that was created earlier ends first.
    ///
    /// `keep` is the key of the session that was just filed under the owner. A store
    /// that ends the sessions in one step never ends the one that exists under
    /// `keep` or that `keep` leads to.
    ///
    /// This is called after each write that files a session under an owner, so
    /// calls for one owner may overlap. When all of them have returned, exactly
    /// `most` sessions are left, however many there were before.
    ///
    /// As provided, it takes a step for each session. Overlapping calls must agree
    /// on what to end, so it does not know `keep`: of sessions that were seen and
    /// created in the same second, it ends those with the lower keys.
    async fn destroy_oldest_of(
        &self,
        owner: &str,
        keep: &Key,
        most: usize,
        now: u64,
    ) -> Result<u64, StoreError> {
        let _ = keep;
        oldest::end_each(self, owner, most, now).await
    }

    /// Counts the sessions, for an operator. Expired ones do not count.
    async fn count(&self, now: u64) -> Result<Count, StoreError>;

    /// Ends all sessions, and returns how many there were. It may take several steps,
    /// and a session that is created meanwhile may stay. A session that was there when
    /// the call began does not escape by being renamed. The keys of the sessions are
    /// remembered.
    async fn destroy_all(&self, now: u64) -> Result<u64, StoreError>;

    /// Whether [`rename`](Self::rename), and [`create`](Self::create) in place
    /// of a key, need two keys with the same first byte. A store that spreads
    /// sessions over machines by their first byte returns true, and the caller
    /// then looks for such a key.
    fn renames_within_first_byte(&self) -> bool {
        false
    }
}
