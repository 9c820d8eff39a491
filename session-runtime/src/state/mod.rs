//! One request's session: what came with the request, and what became of it.
//!
//! The payload is kept as it came. Fields are ranges of it, decoded when they
//! are first read and copied byte for byte if nobody writes them. What is
//! written goes into one log, which only grows, so a reference to an earlier
//! value stays valid. All handles of a request share one `State`, whatever
//! schema they show it through.
//!
//! A cookie holds the session as one JSON object, with Flask's `_flashes` and
//! `_permanent` beside the fields, and `_old_input` if a form's input waits. A store
//! holds each field for itself, so that a write touches no other; there each message
//! and each input is an entry of its own. The [syntax](Syntax) says how values are
//! written.

mod changes;
mod entry_names;
pub(crate) mod field_mut;
mod fields;
mod flashes;
mod input;
mod kept;
mod log;
mod received;
#[cfg(test)]
mod tests;
mod write;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

pub(crate) use self::changes::Ending;
pub(crate) use self::fields::VersionId;
use self::fields::{Change, NewFields};
use self::flashes::Flashes;
use self::input::Input;
use self::log::{Log, Mark};
pub(crate) use self::received::Received;
pub(crate) use self::write::Write;
use crate::flash::Flash;
use crate::payload::Syntax;

pub(crate) struct State {
    /// Whether a session that begins in this request is permanent.
    starts_permanent: bool,
    received: Received,
    /// What this request wrote to the fields.
    log: Log<Change>,
    new_fields: NewFields,
    /// If the session was cleared: where the changes since then begin.
    cleared: Mark,
    guarded: Mutex<Guarded>,
    abandoned: AtomicBool,
    /// Whether a handler, or a guard, had a field that it requires.
    proven: AtomicBool,
}

/// What changes besides the fields. Its lock orders all writes.
#[derive(Default)]
struct Guarded {
    /// Loaded when they are first used.
    flashes: Option<Box<Flashes>>,
    /// The same of a form's input.
    input: Option<Box<Input>>,
    /// What this request said of it since the last `clear()`, if anything.
    permanent: Option<bool>,
    /// The same of its lifetime; `Some(None)` is the configured one.
    lifetime: Option<Option<Duration>>,
    renewed: bool,
    /// The names that were removed and belong to no field. One may be the owner's:
    /// another request may be signing in.
    absent: BTreeSet<String>,
    failure: Option<Box<str>>,
    /// Set when the request has ended: writes come too late.
    ended: Option<Ended>,
}

#[derive(Clone, Copy)]
struct Ended {
    /// The stored name of the owner field.
    owner_key: Option<&'static str>,
    /// A test reads the session: a write is a panic.
    #[cfg(feature = "testing")]
    read_only: bool,
}

impl State {
    pub(crate) fn new(received: Received) -> State {
        State {
            received,
            starts_permanent: false,
            log: Log::default(),
            new_fields: NewFields::default(),
            cleared: Mark::default(),
            guarded: Mutex::default(),
            abandoned: AtomicBool::new(false),
            proven: AtomicBool::new(false),
        }
    }

    /// A session that has nothing in it yet.
    pub(crate) fn empty(syntax: Syntax) -> State {
        State::new(Received::nothing(syntax))
    }

    /// The session of a request. `permanent` says whether sessions that begin in
    /// it are permanent: this one, if it `is_new`, and what is written after a
    /// `clear()`.
    pub(crate) fn of_request(mut received: Received, permanent: bool, is_new: bool) -> State {
        if is_new {
            // As if it had come so: an untouched session is not a change.
            received.permanent = permanent;
        }
        State { starts_permanent: permanent, ..State::new(received) }
    }

    /// How its values are written.
    pub(crate) fn syntax(&self) -> Syntax {
        self.received.syntax
    }

    fn guarded(&self) -> MutexGuard<'_, Guarded> {
        // Nothing panics while it holds the lock, except an allocation that fails,
        // and a write that comes too late in a test. What was written until then is
        // whole.
        self.guarded.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_cleared(&self) -> bool {
        self.cleared.get().is_some()
    }

    fn permanent_now(&self, guarded: &Guarded) -> bool {
        let otherwise =
            if self.is_cleared() { self.starts_permanent } else { self.received.permanent };
        guarded.permanent.unwrap_or(otherwise)
    }

    fn lifetime_now(&self, guarded: &Guarded) -> Option<Duration> {
        let otherwise = self.received.lifetime.filter(|_| !self.is_cleared());
        guarded.lifetime.unwrap_or(otherwise)
    }

    pub(crate) fn is_permanent(&self) -> bool {
        self.permanent_now(&self.guarded())
    }

    /// No fields, no messages and no input of a form.
    pub(crate) fn is_empty(&self) -> bool {
        let mut guarded = self.guarded();
        self.has_no_fields()
            && self.flashes(&mut guarded).is_empty(false)
            && self.input(&mut guarded).waiting(false).is_none()
    }

    fn has_no_fields(&self) -> bool {
        !self.slots().any(|slot| self.current(slot).is_some())
    }

    fn flashes<'a>(&self, guarded: &'a mut Guarded) -> &'a mut Flashes {
        guarded.flashes.get_or_insert_with(|| Box::new(self.load_flashes()))
    }

    fn input<'a>(&self, guarded: &'a mut Guarded) -> &'a mut Input {
        guarded.input.get_or_insert_with(|| Box::new(Input::load(self.received.inputs())))
    }

    fn load_flashes(&self) -> Flashes {
        match (self.received.flash_list(), self.syntax()) {
            (None, _) => Flashes::load_entries(self.received.flash_entries()),
            (Some(list), Syntax::Json) => Flashes::load(list),
            #[cfg(feature = "flask")]
            (Some(list), Syntax::Flask) => Flashes::load_flask(list),
        }
    }

    pub(crate) fn peek_flashes(&self) -> Vec<Flash> {
        self.flashes(&mut self.guarded()).peek()
    }

    #[cfg(feature = "cli")]
    pub(crate) fn peek_input(&self) -> Option<String> {
        self.input(&mut self.guarded()).peek()
    }

    /// The handler panicked: nothing of this request is to be kept.
    pub(crate) fn abandon(&self) {
        self.abandoned.store(true, Ordering::Release);
    }

    /// A handler has a field that it requires: its answer is for nobody else.
    pub(crate) fn prove(&self) {
        self.proven.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_proven(&self) -> bool {
        self.proven.load(Ordering::Relaxed)
    }

    /// The programmer's mistake, found too late for anything but a 500.
    pub(crate) fn fail(&self, why: String) {
        self.guarded().fail(why);
    }

    /// Ends the request: writes after this come too late. `owner_key` is the
    /// stored name of the owner field.
    pub(crate) fn end(&self, owner_key: Option<&'static str>) -> Ending<'_> {
        let mut guarded = self.guarded();
        guarded.ended = Some(Ended {
            owner_key,
            #[cfg(feature = "testing")]
            read_only: false,
        });
        Ending::new(self, guarded, owner_key)
    }

    /// Leaves the session to a test that reads it: a write after this is a panic.
    #[cfg(feature = "testing")]
    pub(crate) fn make_read_only(&self, owner_key: Option<&'static str>) {
        self.guarded().ended = Some(Ended { owner_key, read_only: true });
    }
}

impl Guarded {
    fn fail(&mut self, why: String) {
        self.failure.get_or_insert(why.into());
    }
}
