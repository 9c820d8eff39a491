//! What a request changed, which decides what becomes of the session.

use std::cell::OnceCell;
use std::sync::MutexGuard;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::flashes::Flashes;
use super::input::Input;
use super::{Guarded, State};
use crate::printable::Printable;

/// The session of a request that has ended. It holds the session's lock, so there
/// is one at a time. `consume` says whether the messages that were read count as
/// shown.
pub(crate) struct Ending<'a> {
    pub(super) state: &'a State,
    pub(super) guarded: MutexGuard<'a, Guarded>,
    /// Computed when it is asked for: not every look at the session does.
    fields_changed: OnceCell<bool>,
    /// The stored name of the owner field.
    owner_key: Option<&'static str>,
    owner: Option<OwnerChange>,
}

/// The request's last write to the owner's field. It counts even if this request
/// sees no difference, because another one may be doing the opposite.
#[derive(Clone, Copy, PartialEq, Eq)]
enum OwnerChange {
    SignedIn,
    SignedOut,
}

impl<'a> Ending<'a> {
    pub(super) fn new(
        state: &'a State,
        guarded: MutexGuard<'a, Guarded>,
        owner_key: Option<&'static str>,
    ) -> Ending<'a> {
        let owner_slot = owner_key.and_then(|key| state.slot(key));
        let owner_change = owner_slot.and_then(|slot| state.latest(slot));
        let owner = owner_change.map(|(_, change)| match change.value {
            Some(_) => OwnerChange::SignedIn,
            None => OwnerChange::SignedOut,
        });
        let removed = |key: &str| guarded.absent.contains(key);
        let owner = owner.or(owner_key.filter(|key| removed(key)).map(|_| OwnerChange::SignedOut));
        Ending { state, guarded, fields_changed: OnceCell::new(), owner_key, owner }
    }

    fn fields_changed(&self) -> bool {
        let changed = || self.state.slots().any(|slot| self.state.is_changed(slot));
        *self.fields_changed.get_or_init(changed)
    }

    pub(crate) fn abandoned(&self) -> bool {
        self.state.abandoned.load(Ordering::Acquire)
    }

    pub(crate) fn failure(&self) -> Option<&str> {
        self.guarded.failure.as_deref()
    }

    pub(crate) fn cleared(&self) -> bool {
        self.state.is_cleared()
    }

    pub(crate) fn permanent(&self) -> bool {
        self.state.permanent_now(&self.guarded)
    }

    pub(crate) fn lifetime(&self) -> Option<Duration> {
        self.state.lifetime_now(&self.guarded)
    }

    /// Whether a new identity was asked for, though it is the same session.
    pub(crate) fn renewed(&self) -> bool {
        self.guarded.renewed
    }

    /// Whether the owner was set, also to the value it had.
    pub(crate) fn signed_in(&self) -> bool {
        self.owner == Some(OwnerChange::SignedIn)
    }

    /// Whether the owner was taken away, also if this request saw none.
    pub(crate) fn signed_out(&self) -> bool {
        self.owner == Some(OwnerChange::SignedOut)
    }

    /// Whether the session's age counts from now on: the visitor has signed in,
    /// as far as the library can tell.
    pub(crate) fn begins_anew(&self) -> bool {
        self.signed_in() || (self.renewed() && self.owner_key.is_none())
    }

    /// Whether the next request would see a difference.
    pub(crate) fn changed(&self, consume: bool) -> bool {
        self.renewed()
            || self.permanent_changed()
            || self.lifetime_changed()
            || self.fields_changed()
            || self.input_changed(consume)
            || match &self.guarded.flashes {
                Some(flashes) if self.cleared() => {
                    self.state.received.has_messages() || !flashes.is_empty(consume)
                }
                Some(flashes) => flashes.changed(consume),
                None => false,
            }
    }

    fn input_changed(&self, consume: bool) -> bool {
        self.guarded.input.as_ref().is_some_and(|input| input.changed(consume))
    }

    /// Whether nothing is left that is worth a cookie. The permanent flag and
    /// a lifetime alone are not.
    pub(crate) fn is_empty(&self, consume: bool) -> bool {
        self.state.has_no_fields()
            && self.with_flashes(|flashes| flashes.is_empty(consume))
            && self.with_input(|input| input.waiting(consume).is_none())
    }

    pub(super) fn permanent_changed(&self) -> bool {
        self.permanent() != self.state.received.permanent
    }

    /// Whether the session has another lifetime of its own since this request.
    pub(crate) fn lifetime_changed(&self) -> bool {
        self.lifetime() != self.state.received.lifetime
    }

    /// Whether the browser is to keep the cookie for another time than before.
    pub(crate) fn permanence_changed(&self) -> bool {
        self.permanent_changed() || (self.permanent() && self.lifetime_changed())
    }

    /// What is not kept if nothing of the request is: names, never values.
    pub(crate) fn lost(&self) -> Vec<String> {
        let wrote_owner = |name| self.owner.is_some() && self.owner_key == Some(name);
        let fields = self.state.slots().filter_map(|slot| {
            let name = self.state.name(slot);
            (self.state.is_changed(slot) || wrote_owner(name)).then_some(name)
        });
        let absent_owner =
            self.owner_key.filter(|key| wrote_owner(*key) && self.state.slot(key).is_none());
        let fields = fields.chain(absent_owner);
        let mut lost: Vec<String> = fields.map(|name| format!("`{}`", Printable(name))).collect();
        let flashes = self.guarded.flashes.as_ref();
        let others = [
            (flashes.is_some_and(|flashes| flashes.changed(false)), "flash messages"),
            (self.input_changed(false), "a form's input"),
            (self.cleared(), "`clear()`"),
            (self.renewed(), "`renew()`"),
            (self.permanent_changed() || self.lifetime_changed(), "how long the session lives"),
            (self.failure().is_some(), "a value that could not be kept"),
        ];
        lost.extend(others.iter().filter(|(is, _)| *is).map(|(_, what)| (*what).to_owned()));
        lost
    }

    /// The messages, also if the request never looked at them.
    pub(super) fn with_flashes<T>(&self, look: impl FnOnce(&Flashes) -> T) -> T {
        match &self.guarded.flashes {
            Some(flashes) => look(flashes),
            None => look(&self.state.load_flashes()),
        }
    }

    /// The same for a form's input.
    pub(super) fn with_input<T>(&self, look: impl FnOnce(&Input) -> T) -> T {
        match &self.guarded.input {
            Some(input) => look(input),
            None => look(&Input::load(self.state.received.inputs())),
        }
    }
}
