//! What is kept of a session: for a cookie one payload, for a store what changed.

use std::borrow::Cow;
use std::time::Duration;

use super::changes::Ending;
use super::entry_names::EntryNames;
use super::fields::Slot;
use super::flashes::MAX_WAITING;
use super::received::Waiting;
use crate::payload::Syntax;
#[cfg(feature = "flask")]
use crate::payload::flask;
use crate::payload::json::Object;
use crate::payload::names::{FLASHES, INPUT, LIFETIME, PERMANENT};
use crate::store::Fields;

impl<'a> Ending<'a> {
    /// The payload for the next request, as a JSON object.
    pub(crate) fn payload(&self, consume: bool) -> String {
        let payload = &self.state.received.payload;
        let fields = self.state.slots().filter_map(|slot| Some((slot, self.kept(slot)?)));
        let flashes = self.flash_list(consume);
        let own = [
            (FLASHES, flashes.as_deref()),
            (INPUT, self.input_text(consume)),
            (PERMANENT, self.permanent_text()),
        ];
        let own = own.into_iter().filter_map(|(name, text)| Some((name, text?)));
        match self.state.syntax() {
            Syntax::Json => {
                let mut object = Object::with_capacity(payload.len() + 64);
                for (slot, text) in fields {
                    object.member(|out| slot.write_json_name(payload, out), text);
                }
                own.for_each(|(name, text)| object.own_member(name, text));
                object.close()
            }
            #[cfg(feature = "flask")]
            Syntax::Flask => {
                let fields = fields.map(|(slot, text)| (slot.flask_name(payload), text));
                flask::object(fields.chain(own.map(|(name, text)| (name.into(), text))).collect())
            }
        }
    }

    /// The text of a field that is kept. An equal value in another spelling does
    /// not replace the one that came with the request.
    fn kept(&self, slot: Slot<'a>) -> Option<&'a str> {
        match self.state.is_changed(slot) {
            true => self.current(slot),
            false => self.state.received_text(slot),
        }
    }

    fn current(&self, slot: Slot<'a>) -> Option<&'a str> {
        self.state.current(slot).map(|value| value.text)
    }

    /// The JSON text of a field, as it is to be kept.
    pub(crate) fn json(&self, key: &str) -> Option<&str> {
        self.kept(self.state.slot(key)?)
    }

    fn flash_list(&self, consume: bool) -> Option<Cow<'a, str>> {
        match &self.guarded.flashes {
            Some(flashes) if flashes.is_empty(consume) => None,
            Some(flashes) => Some(flashes.encode(self.state.syntax(), consume).into()),
            None => self.state.received.flash_list().map(Cow::from),
        }
    }

    fn input_text(&self, consume: bool) -> Option<&str> {
        match &self.guarded.input {
            Some(input) => input.waiting(consume),
            None => self.state.received.inputs().next_back().map(|(_, text)| text),
        }
    }

    fn permanent_text(&self) -> Option<&'a str> {
        let received = &self.state.received;
        match received.permanent_text {
            Some(text) if !self.permanent_changed() && !self.cleared() => Some(received.text(text)),
            _ => self.permanent().then_some("true"),
        }
    }

    /// Everything, for a store that has nothing of it yet.
    pub(crate) fn fields(&self, consume: bool, names: &mut EntryNames) -> Fields {
        let mut fields: Fields = self.present().map(own).collect();
        self.with_flashes(|flashes| fields.extend(flashes.entries(consume, names)));
        self.with_input(|input| fields.extend(input.entry(consume, names)));
        let own = self.own_fields().into_iter();
        fields.extend(own.filter_map(|(name, json)| Some((name.to_owned(), json?))));
        fields
    }

    /// What to set and what to remove in a store that has what the request
    /// loaded.
    pub(crate) fn changes(&self, consume: bool, names: &mut EntryNames) -> (Fields, Vec<String>) {
        let (mut set, mut remove) = (Fields::new(), Vec::new());
        let mut change = |name: String, json: Option<String>| match json {
            Some(json) => drop(set.insert(name, json)),
            None => remove.push(name),
        };
        for slot in self.state.slots().filter(|slot| self.state.is_changed(*slot)) {
            change(self.state.name(slot).to_owned(), self.current(slot).map(str::to_owned));
        }
        if let Some(flashes) = &self.guarded.flashes {
            flashes.new_entries(consume, names).for_each(|(name, json)| change(name, Some(json)));
            flashes.gone_entries(consume).for_each(|name| change(name.to_owned(), None));
        }
        if let Some(input) = &self.guarded.input {
            if let Some((name, json)) = input.new_entry(consume, names) {
                change(name, Some(json));
            }
            input.gone_entries(consume).for_each(|name| change(name.to_owned(), None));
        }
        // Only the one that changed: another request may be changing the other.
        let changed = [self.permanent_changed(), self.lifetime_changed()];
        for ((name, json), changed) in self.own_fields().into_iter().zip(changed) {
            if changed {
                change(name.to_owned(), json);
            }
        }
        (set, remove)
    }

    /// What this request wrote, also where it had loaded the same value, for a
    /// new session that begins with nothing else. It is permanent if the request
    /// said so, or if it said nothing and `starts_permanent` is set.
    pub(crate) fn written(
        &self,
        consume: bool,
        starts_permanent: bool,
        names: &mut EntryNames,
    ) -> Fields {
        let written = self.state.slots().filter(|slot| self.state.latest(*slot).is_some());
        let mut fields: Fields = written.filter_map(|slot| self.named(slot)).map(own).collect();
        if let Some(flashes) = &self.guarded.flashes {
            fields.extend(flashes.new_entries(consume, names));
        }
        if let Some(input) = &self.guarded.input {
            fields.extend(input.new_entry(consume, names));
        }
        if self.guarded.permanent.unwrap_or(starts_permanent) {
            fields.insert(PERMANENT.to_owned(), "true".to_owned());
        }
        if let Some(lifetime) = self.written_lifetime() {
            fields.insert(LIFETIME.to_owned(), lifetime.as_secs().to_string());
        }
        fields
    }

    /// The lifetime that this request gave the session, if it did.
    pub(crate) fn written_lifetime(&self) -> Option<Duration> {
        self.guarded.lifetime.flatten()
    }

    /// The fields that have a value, each with its name.
    fn present(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.state.slots().filter_map(|slot| self.named(slot))
    }

    fn named(&self, slot: Slot<'a>) -> Option<(&'a str, &'a str)> {
        Some((self.state.name(slot), self.current(slot)?))
    }

    fn own_fields(&self) -> [(&'static str, Option<String>); 2] {
        let permanent = self.permanent().then(|| "true".to_owned());
        let lifetime = self.lifetime().map(|lifetime| lifetime.as_secs().to_string());
        [(PERMANENT, permanent), (LIFETIME, lifetime)]
    }

    /// Makes names for the entries of this request.
    pub(crate) fn entry_names(&self, now: u64) -> EntryNames {
        EntryNames::new(now, self.state.received.entry_names())
    }

    /// Makes room by giving up a form's input, or else the oldest message that an
    /// earlier request left, and says whether there was one.
    pub(crate) fn make_room(&mut self, consume: bool) -> bool {
        let Ending { state, guarded, .. } = self;
        state.input(guarded).give_up(consume) || state.flashes(guarded).give_up_oldest(consume)
    }

    /// Warns of what is dropped before anybody has shown it.
    pub(crate) fn report_dropped(&self, consume: bool) {
        if self.guarded.input.as_ref().is_some_and(|input| input.is_given_up()) {
            log::warn!(
                "A session is too large with what a visitor typed into a form, so that is \
                 dropped: the form comes back empty. Keep large things elsewhere, and a key to \
                 them in the session."
            );
        }
        let Some(flashes) = &self.guarded.flashes else { return };
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

    /// The size of the session in a store, in bytes of text: names and values of
    /// fields, messages and a form's input.
    pub(crate) fn size(&self, consume: bool) -> usize {
        let fields = self.present().map(|(name, text)| name.len() + text.len());
        fields.sum::<usize>()
            + self.flash_size(consume)
            + self.with_input(|input| input.size(consume))
    }

    fn flash_size(&self, consume: bool) -> usize {
        if let Some(flashes) = &self.guarded.flashes {
            return flashes.size(consume);
        }
        // Nobody looked at them, so the newest are kept as they are.
        let entries = self.state.received.flash_entries().rev().take(MAX_WAITING);
        entries.map(|(name, json)| name.len() + json.len()).sum()
    }

    /// The size of the session that came with the request.
    pub(crate) fn loaded_size(&self) -> usize {
        self.state.received.payload.len()
    }

    /// The largest fields with their sizes in bytes, for the error about a
    /// session that is too large. Names, never values.
    pub(crate) fn largest(&self, consume: bool) -> Vec<(String, usize)> {
        let fields = self.present().map(|(name, text)| (name.to_owned(), text.len()));
        let flashes = match &self.state.received.waiting {
            Waiting::Entries(_) => self.flash_size(consume),
            Waiting::Cookie { .. } => self.flash_list(consume).map_or(0, |list| list.len()),
        };
        let mut sizes: Vec<_> = fields.chain([("flash messages".into(), flashes)]).collect();
        sizes.sort_by_key(|(_, size)| std::cmp::Reverse(*size));
        sizes.retain(|(_, size)| *size > 2);
        sizes.truncate(3);
        sizes
    }
}

fn own((name, text): (&str, &str)) -> (String, String) {
    (name.to_owned(), text.to_owned())
}
