//! What a request leaves of its session: for a cookie as one payload, for a
//! store as what changed.

use std::borrow::Cow;
use std::sync::MutexGuard;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::flashes::{Flashes, MAX_WAITING};
use super::{EntryNames, Ledger, Slot, State, Waiting};
use crate::payload::Syntax;
#[cfg(feature = "flask")]
use crate::payload::flask;
use crate::payload::json::Object;
use crate::payload::names::{FLASHES, LIFETIME, PERMANENT};
use crate::printable::Printable;
use crate::store::Fields;

/// The state of a request that is over. `consume` says whether the messages
/// that were read count as shown.
pub(crate) struct Ending<'a> {
    pub(super) state: &'a State,
    pub(super) ledger: MutexGuard<'a, Ledger>,
    pub(super) fields_changed: bool,
}

impl<'a> Ending<'a> {
    pub(crate) fn abandoned(&self) -> bool {
        self.state.abandoned.load(Ordering::Acquire)
    }

    pub(crate) fn failure(&self) -> Option<&str> {
        self.ledger.failure.as_deref()
    }

    pub(crate) fn cleared(&self) -> bool {
        self.ledger.cleared
    }

    pub(crate) fn permanent(&self) -> bool {
        self.ledger.permanent
    }

    pub(crate) fn lifetime(&self) -> Option<Duration> {
        self.ledger.lifetime
    }

    /// What is not kept if nothing of the request is: names, never values.
    pub(crate) fn lost(&self) -> Vec<String> {
        let Ledger { cleared, permanent, flashes, failure, .. } = &*self.ledger;
        let changed = self.state.slots().filter(|slot| self.state.is_changed(slot));
        let mut lost: Vec<String> = changed
            .map(|slot| format!("`{}`", Printable(slot.name.get(&self.state.payload))))
            .collect();
        let others = [
            (flashes.as_ref().is_some_and(|flashes| flashes.changed(false)), "flash messages"),
            (*cleared, "`clear()`"),
            (self.ledger.renewed, "`renew()`"),
            (
                *permanent != self.state.permanent || self.lifetime_changed(),
                "how long the session lives",
            ),
            (failure.is_some(), "a value that could not be kept"),
        ];
        lost.extend(others.iter().filter(|(is, _)| *is).map(|(_, what)| (*what).to_owned()));
        lost
    }

    /// Whether the next request would see a difference.
    pub(crate) fn changed(&self, consume: bool) -> bool {
        let Ledger { renewed, permanent, lifetime, flashes, .. } = &*self.ledger;
        *renewed
            || *permanent != self.state.permanent
            || *lifetime != self.state.lifetime
            || self.fields_changed
            || match flashes {
                Some(flashes) if self.ledger.cleared => {
                    !matches!(self.state.flashes, Waiting::None) || !flashes.is_empty(consume)
                }
                Some(flashes) => flashes.changed(consume),
                None => false,
            }
    }

    /// Whether nothing is left that is worth a cookie. The permanent flag and
    /// a lifetime alone are not.
    pub(crate) fn is_empty(&self, consume: bool) -> bool {
        self.with_flashes(|flashes| flashes.is_empty(consume))
            && !self.state.slots().any(Slot::is_present)
    }

    /// Whether it is to have a new identity, though it is the same session.
    pub(crate) fn renewed(&self) -> bool {
        self.ledger.renewed
    }

    /// Whether the browser is to keep the cookie for another time than before.
    pub(crate) fn permanence_changed(&self) -> bool {
        let Ledger { permanent, lifetime, .. } = *self.ledger;
        permanent != self.state.permanent || (permanent && lifetime != self.state.lifetime)
    }

    /// Whether the owner was set, also to the value it had.
    pub(crate) fn signed_in(&self) -> bool {
        self.ledger.signed_in
    }

    /// Whether the owner was taken away, also if this request saw none.
    pub(crate) fn signed_out(&self) -> bool {
        self.ledger.signed_out
    }

    /// Whether the session's age counts from now on: the visitor has signed in,
    /// as far as the library can tell.
    pub(crate) fn begins_anew(&self, owner_key: Option<&str>) -> bool {
        self.signed_in() || (self.renewed() && owner_key.is_none())
    }

    /// The JSON text of a field, as it is to be kept.
    pub(crate) fn json(&self, key: &str) -> Option<&str> {
        self.kept(self.state.slot(key)?.1)
    }

    /// Whether the session has a lifetime of its own since this request.
    pub(crate) fn lifetime_changed(&self) -> bool {
        self.ledger.lifetime != self.state.lifetime
    }

    /// Everything, for a store that has nothing of it yet.
    pub(crate) fn fields(&self, consume: bool, names: &mut EntryNames) -> Fields {
        let text = |slot: &Slot| self.state.text(slot.current()?).map(str::to_owned);
        let name = |slot: &Slot| slot.name.get(&self.state.payload).to_owned();
        let slots = self.state.slots().filter_map(|slot| Some((name(slot), text(slot)?)));
        let flashes: Vec<_> =
            self.with_flashes(|flashes| flashes.entries(consume, names).collect());
        slots
            .chain(flashes)
            .chain(self.own_fields().into_iter().filter_map(|(name, json)| Some((name, json?))))
            .collect()
    }

    /// What is to be set and what to be removed in a store that has what the
    /// request loaded.
    pub(crate) fn changes(&self, consume: bool, names: &mut EntryNames) -> (Fields, Vec<String>) {
        let (mut set, mut remove) = (Fields::new(), Vec::new());
        let mut change = |name: String, json: Option<String>| match json {
            Some(json) => drop(set.insert(name, json)),
            None => remove.push(name),
        };
        for slot in self.state.slots().filter(|slot| self.state.is_changed(slot)) {
            let json = slot.current().and_then(|version| self.state.text(version));
            change(slot.name.get(&self.state.payload).to_owned(), json.map(str::to_owned));
        }
        if let Some(flashes) = &self.ledger.flashes {
            flashes.new_entries(consume, names).for_each(|(name, json)| change(name, Some(json)));
            flashes.gone_entries(consume).for_each(|name| change(name.to_owned(), None));
        }
        // Each for itself: another request may be changing the other one.
        let changed = [self.ledger.permanent != self.state.permanent, self.lifetime_changed()];
        for ((name, json), changed) in self.own_fields().into_iter().zip(changed) {
            if changed {
                change(name, json);
            }
        }
        (set, remove)
    }

    /// What this request wrote itself, also where it had loaded the same, for a
    /// session that begins with nothing else. `starts_permanent` holds unless
    /// the request said something of it.
    pub(crate) fn written(
        &self,
        consume: bool,
        starts_permanent: bool,
        names: &mut EntryNames,
    ) -> Fields {
        let written = &self.ledger.written;
        let field = |name: &str| {
            let (_, slot) = self.state.slot(name)?;
            Some((name.to_owned(), self.state.text(slot.current()?)?.to_owned()))
        };
        let mut fields: Fields = written.fields.iter().filter_map(|name| field(name)).collect();
        if let Some(flashes) = &self.ledger.flashes {
            fields.extend(flashes.new_entries(consume, names));
        }
        let [(permanent, is_permanent), (lifetime, seconds)] = self.own_fields();
        let is_permanent = match written.permanent {
            true => is_permanent,
            false => starts_permanent.then(|| "true".to_owned()),
        };
        fields.extend(is_permanent.map(|json| (permanent, json)));
        fields.extend(seconds.filter(|_| written.lifetime).map(|json| (lifetime, json)));
        fields
    }

    /// The lifetime that this request gave the session, if it did.
    pub(crate) fn written_lifetime(&self) -> Option<Duration> {
        self.ledger.lifetime.filter(|_| self.ledger.written.lifetime)
    }

    /// Makes room by giving up the oldest message that an earlier request left,
    /// and says whether there was one.
    pub(crate) fn give_up_oldest_message(&mut self, consume: bool) -> bool {
        let Ending { state, ledger, .. } = self;
        ledger.flashes.get_or_insert_with(|| state.load_flashes()).give_up_oldest(consume)
    }

    /// Says that messages have to go which nobody has shown.
    pub(crate) fn report_surplus(&self, consume: bool) {
        let Some(flashes) = &self.ledger.flashes else { return };
        let surplus = flashes.surplus(consume);
        if surplus > 0 {
            let why = match flashes.made_room() {
                true => "A session is too large with all flash messages that wait in it".to_owned(),
                false => format!("More than {MAX_WAITING} flash messages wait in a session"),
            };
            log::warn!(
                "{why}: the oldest {surplus} of them {} dropped. Show them, with \
                 `session.flashes()`, on a page that comes after the one that flashes.",
                if surplus == 1 { "is" } else { "are" },
            );
        }
    }

    /// The names of the messages that a store has.
    fn entries(&self) -> impl Iterator<Item = &str> {
        let entries = match &self.state.flashes {
            Waiting::Entries(entries) => entries.as_slice(),
            _ => &[],
        };
        entries.iter().map(|(name, _)| &self.state.payload[name.clone()])
    }

    /// Names for this request's messages.
    pub(crate) fn entry_names(&self, now: u64) -> EntryNames {
        EntryNames::new(now, self.entries())
    }

    fn own_fields(&self) -> [(String, Option<String>); 2] {
        let permanent = self.ledger.permanent.then(|| "true".to_owned());
        let lifetime = self.ledger.lifetime.map(|lifetime| lifetime.as_secs().to_string());
        [(PERMANENT.to_owned(), permanent), (LIFETIME.to_owned(), lifetime)]
    }

    /// The payload for the next request, as a JSON object.
    pub(crate) fn payload(&self, consume: bool) -> String {
        let State { payload, syntax, .. } = self.state;
        let fields = self.state.slots().filter_map(|slot| Some((&slot.name, self.kept(slot)?)));
        let flashes = self.flash_list(consume);
        let own = [(FLASHES, flashes.as_deref()), (PERMANENT, self.permanent_text())];
        let own = own.into_iter().filter_map(|(name, text)| Some((name, text?)));
        match syntax {
            Syntax::Json => {
                let mut object = Object::with_capacity(payload.len() + 64);
                for (name, text) in fields {
                    object.member(|out| name.write_json(payload, out), text);
                }
                own.for_each(|(name, text)| object.own_member(name, text));
                object.close()
            }
            #[cfg(feature = "flask")]
            Syntax::Flask => {
                let fields = fields.map(|(name, text)| (name.raw(payload), text));
                flask::object(fields.chain(own.map(|(name, text)| (name.into(), text))).collect())
            }
        }
    }

    /// A field's text, if it is to be kept: an equal value in another spelling
    /// is not written.
    fn kept(&self, slot: &'a Slot) -> Option<&'a str> {
        let changed = self.state.is_changed(slot);
        let version = if changed { slot.current() } else { slot.loaded.as_ref() };
        self.state.text(version?)
    }

    fn flash_list(&self, consume: bool) -> Option<Cow<'a, str>> {
        match (&self.ledger.flashes, &self.state.flashes) {
            (Some(flashes), _) if flashes.is_empty(consume) => None,
            (Some(flashes), _) => Some(flashes.encode(self.state.syntax, consume).into()),
            (None, Waiting::List(range)) => Some(self.state.payload[range.clone()].into()),
            (None, _) => None,
        }
    }

    fn permanent_text(&self) -> Option<&'a str> {
        let Ledger { permanent, cleared, .. } = *self.ledger;
        match &self.state.permanent_text {
            Some(text) if permanent == self.state.permanent && !cleared => {
                Some(&self.state.payload[text.clone()])
            }
            _ => permanent.then_some("true"),
        }
    }

    /// How many bytes of text a store would have of the session: names and
    /// values of fields and messages.
    pub(crate) fn size(&self, consume: bool) -> usize {
        let slots = self.state.slots().filter_map(|slot| {
            let text = self.state.text(slot.current()?)?;
            Some(slot.name.get(&self.state.payload).len() + text.len())
        });
        slots.sum::<usize>() + self.with_flashes(|flashes| flashes.size(consume))
    }

    /// The messages, also if the request never looked at them.
    fn with_flashes<T>(&self, look: impl FnOnce(&Flashes) -> T) -> T {
        match &self.ledger.flashes {
            Some(flashes) => look(flashes),
            None => look(&self.state.load_flashes()),
        }
    }

    /// The same of the session that came with the request.
    pub(crate) fn loaded_size(&self) -> usize {
        self.state.payload.len()
    }

    /// The largest fields with their sizes in bytes, for the error about a
    /// cookie that is too large. Names, never values.
    pub(crate) fn largest(&self, consume: bool) -> Vec<(String, usize)> {
        let mut sizes: Vec<_> = self
            .state
            .slots()
            .filter_map(|slot| {
                let text = self.state.text(slot.current()?)?;
                Some((slot.name.get(&self.state.payload).to_owned(), text.len()))
            })
            .collect();
        let flashes = match &self.state.flashes {
            Waiting::Entries(_) => self.with_flashes(|flashes| flashes.size(consume)),
            _ => self.flash_list(consume).map_or(0, |list| list.len()),
        };
        sizes.push(("flash messages".into(), flashes));
        sizes.sort_by_key(|(_, size)| std::cmp::Reverse(*size));
        sizes.retain(|(_, size)| *size > 2);
        sizes.truncate(3);
        sizes
    }
}
