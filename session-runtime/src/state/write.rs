//! What handlers do to the session.

use std::borrow::Cow;
use std::panic::Location;
use std::sync::OnceLock;
use std::time::Duration;

use super::fields::{Change, NewField, Slot, Written};
use super::log::Mark;
use super::{Ended, Guarded, State};
use crate::flash::Flash;
use crate::payload::names::is_reserved;
use crate::payload::{Syntax, Unencodable};
use crate::printable::Printable;

/// Four bytes of seconds: 136 years.
const MAX_LIFETIME: u64 = u32::MAX as u64;

/// A value on its way into the session.
pub(crate) struct Write {
    pub(crate) key: Cow<'static, str>,
    pub(crate) json: Result<String, Unencodable>,
    pub(crate) at: &'static Location<'static>,
}

impl State {
    /// Writes a field.
    pub(crate) fn write(&self, write: Write) {
        let mut guarded = self.guarded();
        if guarded.is_too_late(write.at) {
            return;
        }
        match write.json {
            Ok(_) if is_reserved(&write.key) => guarded.fail(format!(
                "The field `{}`, set at {}, is the runtime's own. Choose another name.",
                Printable(&write.key),
                write.at,
            )),
            Ok(json) => self.log(&guarded, write.key, Some(json)),
            Err(error) => guarded.fail(format!(
                "The field `{}`, set at {}, has a value that {json} cannot hold: {error}. \
                 Set a value that can be written as {json}.",
                Printable(&write.key),
                write.at,
                json = self.syntax().name(),
            )),
        }
    }

    /// Removes a field and returns the text of what was removed.
    pub(crate) fn remove(&self, key: &str, at: &'static Location<'static>) -> Option<&str> {
        let mut guarded = self.guarded();
        let removed = self.json(key);
        match guarded.ended {
            None if self.slot(key).is_some() => {
                self.log(&guarded, Cow::Owned(key.to_owned()), None);
            }
            None => {
                guarded.absent.insert(key.to_owned());
            }
            Some(Ended { owner_key, .. }) if removed.is_some() || owner_key == Some(key) => {
                guarded.is_too_late(at);
            }
            Some(_) => {}
        }
        removed
    }

    /// Appends a change of a field to the log. `_` is a proof that the lock is
    /// held.
    fn log(&self, _: &Guarded, name: Cow<'static, str>, text: Option<String>) {
        let slot = self.slot(&name);
        let latest = slot.and_then(|slot| self.latest(slot));
        if latest.is_some_and(|(_, change)| change.text() == text.as_deref()) {
            // Once more would only cost memory.
            return;
        }
        let value = text.map(|text| Written { text, decoded: OnceLock::new() });
        let new = match slot {
            None => Some(NewField { name, latest: Mark::default(), next: Mark::default() }),
            Some(_) => None,
        };
        let index = self.log.push(Change { new, value });
        let new = || self.log.get(index)?.new.as_ref();
        if new().is_some() {
            let last = self.new_fields.last.get().and_then(|last| self.log.get(last)?.new.as_ref());
            last.map_or(&self.new_fields.first, |last| &last.next).set(index);
            self.new_fields.last.set(index);
        }
        if let Some(slot) = slot.or_else(|| new().map(Slot::New)) {
            slot.latest_mark().set(index);
        }
    }

    /// Everything goes; what is written from now on belongs to a new session.
    pub(crate) fn clear(&self, at: &'static Location<'static>) {
        let mut guarded = self.guarded();
        if guarded.is_too_late(at) {
            return;
        }
        self.cleared.set(self.log.len());
        guarded.flashes = Some(Box::default());
        guarded.input = Some(Box::default());
        guarded.permanent = None;
        guarded.lifetime = None;
        guarded.renewed = false;
        guarded.absent.clear();
    }

    pub(crate) fn renew(&self, at: &'static Location<'static>) {
        let mut guarded = self.guarded();
        guarded.renewed |= !guarded.is_too_late(at);
    }

    pub(crate) fn set_permanent(&self, permanent: bool, at: &'static Location<'static>) {
        let mut guarded = self.guarded();
        let differs = self.permanent_now(&guarded) != permanent;
        if !(differs && guarded.is_too_late(at)) {
            guarded.permanent = Some(permanent);
        }
    }

    pub(crate) fn set_lifetime(&self, lifetime: Option<Duration>, at: &'static Location<'static>) {
        // As the cookie keeps it.
        let seconds = |lifetime: Duration| lifetime.as_secs().clamp(1, MAX_LIFETIME);
        let lifetime = lifetime.map(|lifetime| Duration::from_secs(seconds(lifetime)));
        let mut guarded = self.guarded();
        let differs = self.lifetime_now(&guarded) != lifetime;
        if differs && guarded.is_too_late(at) {
            return;
        }
        match self.syntax() {
            Syntax::Json => guarded.lifetime = Some(lifetime),
            #[cfg(feature = "flask")]
            Syntax::Flask if lifetime.is_none() => {}
            #[cfg(feature = "flask")]
            Syntax::Flask => guarded.fail(format!(
                "The session was given a lifetime of its own at {at}, and Flask's cookie has no \
                 place for one. Remove the call; with `format = \"flask\"` every session lives \
                 for the configured `lifetime`, as in Flask for `PERMANENT_SESSION_LIFETIME`.",
            )),
        }
    }

    pub(crate) fn flash(&self, category: String, message: String, at: &'static Location<'static>) {
        let mut guarded = self.guarded();
        if !guarded.is_too_late(at) {
            self.flashes(&mut guarded).push(category, message);
        }
    }

    pub(crate) fn take_flashes(
        &self,
        categories: Option<Vec<String>>,
        at: &'static Location<'static>,
    ) -> Vec<Flash> {
        let mut guarded = self.guarded();
        if guarded.ended.is_none() {
            return self.flashes(&mut guarded).take(categories);
        }
        // They wait for the next request: what was decided holds for all of them.
        let flashes = self.flashes(&mut guarded).peek_in(categories.as_deref());
        if !flashes.is_empty() {
            guarded.is_too_late(at);
        }
        flashes
    }

    /// Leaves the messages that this request shows for the next one.
    pub(crate) fn keep_flashes(&self, at: &'static Location<'static>) {
        let mut guarded = self.guarded();
        let is_too_late = self.flashes(&mut guarded).is_shown() && guarded.is_too_late(at);
        if !is_too_late {
            self.flashes(&mut guarded).keep();
        }
    }

    /// Keeps a form's input, instead of what was kept before.
    pub(crate) fn keep_input(&self, text: String, at: &'static Location<'static>) {
        let mut guarded = self.guarded();
        if !guarded.is_too_late(at) {
            self.input(&mut guarded).keep(text);
        }
    }

    /// Returns the input that waits, and marks it as shown.
    pub(crate) fn show_input(&self, at: &'static Location<'static>) -> Option<String> {
        let mut guarded = self.guarded();
        if guarded.ended.is_none() {
            return self.input(&mut guarded).show();
        }
        let input = self.input(&mut guarded).peek();
        #[cfg(feature = "testing")]
        if guarded.ended.is_some_and(|ended| ended.read_only) {
            return input;
        }
        if input.is_some() {
            guarded.is_too_late(at);
        }
        input
    }
}

impl Guarded {
    /// Whether the request has ended, so that a change is lost. That is an error
    /// in the log.
    fn is_too_late(&self, at: &'static Location<'static>) -> bool {
        #[cfg(feature = "testing")]
        assert!(
            !self.ended.is_some_and(|ended| ended.read_only),
            "A session that a test only reads was changed at {at}. Type \
             `client.edit_session(|session: &mut Session<…>| …)` to change it, and \
             `peek_flashes()` to look at its messages."
        );
        if self.ended.is_some() {
            log::error!(
                "The session was changed at {at}, after the response's headers were made: the \
                 change is lost. Change the session before the handler returns, not while the \
                 body streams, nor in a response fairing that is attached after \
                 `Sessions::fairing()`."
            );
        }
        self.ended.is_some()
    }
}
