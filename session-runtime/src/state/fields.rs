//! Fields, and the value that each has now.
//!
//! A field is one of the payload, or one that a change in the log was the first
//! to name. Either way it knows its latest change, so that a read does not
//! search the log.

use std::borrow::Cow;
use std::iter::successors;

use super::State;
use super::log::Mark;
use super::received::{Decoded, ReceivedField};
use crate::payload::Field;
#[cfg(feature = "flask")]
use crate::payload::flask;
use crate::payload::json;

/// A change of a field, as the log has it. The field points to it.
pub(super) struct Change {
    /// The field itself, if this is the first change of one that did not come
    /// with the request.
    pub(super) new: Option<NewField>,
    /// `None` if the field was removed.
    pub(super) value: Option<Written>,
}

pub(super) struct NewField {
    pub(super) name: Cow<'static, str>,
    pub(super) latest: Mark,
    /// The change that has the next one, so that a look-up passes over the
    /// others.
    pub(super) next: Mark,
}

/// Where the log has the first and the last of the fields that are new.
#[derive(Default)]
pub(super) struct NewFields {
    pub(super) first: Mark,
    pub(super) last: Mark,
}

/// A value that this request wrote.
pub(super) struct Written {
    pub(super) text: String,
    pub(super) decoded: Decoded,
}

/// A field, wherever its name is.
#[derive(Clone, Copy)]
pub(super) enum Slot<'a> {
    Received(usize, &'a ReceivedField),
    New(&'a NewField),
}

/// A value that a field has, or had when a handle was made.
#[derive(Clone, Copy, Debug)]
pub(crate) enum VersionId {
    /// The one in the payload, by the index of its field.
    Received(usize),
    /// The one at this index of the log.
    Written(usize),
}

#[derive(Clone, Copy)]
pub(super) struct Value<'a> {
    pub(super) text: &'a str,
    decoded: &'a Decoded,
}

impl State {
    pub(super) fn slots(&self) -> impl Iterator<Item = Slot<'_>> {
        let received = self.received.fields.iter().enumerate();
        let at = |index: usize| self.log.get(index)?.new.as_ref();
        let first = self.new_fields.first.get().and_then(at);
        let new = successors(first, move |field| field.next.get().and_then(at));
        received.map(|(index, field)| Slot::Received(index, field)).chain(new.map(Slot::New))
    }

    pub(super) fn slot(&self, key: &str) -> Option<Slot<'_>> {
        self.slots().find(|slot| self.name(*slot) == key)
    }

    pub(super) fn name<'a>(&'a self, slot: Slot<'a>) -> &'a str {
        match slot {
            Slot::Received(_, field) => field.name.get(&self.received.payload),
            Slot::New(field) => &field.name,
        }
    }

    /// The field's latest change, but for those that a `clear()` came after.
    pub(super) fn latest(&self, slot: Slot<'_>) -> Option<(usize, &Change)> {
        let index = slot.latest_mark().get()?;
        let counts = self.cleared.get().is_none_or(|cleared| index >= cleared);
        Some((index, self.log.get(index).filter(|_| counts)?))
    }

    fn current_id(&self, slot: Slot<'_>) -> Option<VersionId> {
        match (self.latest(slot), slot) {
            (Some((index, _)), _) => Some(VersionId::Written(index)),
            (None, Slot::Received(index, _)) if self.cleared.get().is_none() => {
                Some(VersionId::Received(index))
            }
            (None, _) => None,
        }
    }

    pub(super) fn current(&self, slot: Slot<'_>) -> Option<Value<'_>> {
        self.at(self.current_id(slot)?)
    }

    fn at(&self, id: VersionId) -> Option<Value<'_>> {
        match id {
            VersionId::Received(index) => {
                let field = self.received.fields.get(index)?;
                Some(Value { text: self.received.text(field.value), decoded: &field.decoded })
            }
            VersionId::Written(index) => {
                let Written { text, decoded } = self.log.get(index)?.value.as_ref()?;
                Some(Value { text, decoded })
            }
        }
    }

    /// The text that came with the request.
    pub(super) fn received_text(&self, slot: Slot<'_>) -> Option<&str> {
        match slot {
            Slot::Received(index, _) => Some(self.at(VersionId::Received(index))?.text),
            Slot::New(_) => None,
        }
    }

    /// Whether the field is to be kept with another value than it came with.
    pub(super) fn is_changed(&self, slot: Slot<'_>) -> bool {
        let current = self.current_id(slot);
        if let Some(VersionId::Received(_)) = current {
            return false;
        }
        let current = current.and_then(|id| self.at(id));
        match (self.received_text(slot), current) {
            (None, None) => false,
            (Some(before), Some(after)) => !self.syntax().same(before, after.text),
            _ => true,
        }
    }

    fn decoded<'a, T: 'static>(&self, value: Value<'a>, field: &Field<T>) -> Option<&'a T> {
        let decode = || field.decode(self.syntax(), value.text).map(|value| field.share(value));
        // Another type would mean two schemas that disagree: the launch check
        // and the first use of a schema report it.
        value.decoded.get_or_init(decode).as_deref()?.downcast_ref()
    }

    /// The field's value, decoded once for all handles.
    pub(crate) fn value<T: 'static>(&self, field: &Field<T>) -> Option<&T> {
        self.decoded(self.current(self.slot(field.key)?)?, field)
    }

    /// The field's value at this moment, if it has one.
    pub(crate) fn version<T: 'static>(&self, field: &Field<T>) -> Option<VersionId> {
        let id = self.current_id(self.slot(field.key)?)?;
        self.value_at(id, field).map(|_| id)
    }

    /// A value that `version` found, whatever was written since.
    pub(crate) fn value_at<T: 'static>(&self, id: VersionId, field: &Field<T>) -> Option<&T> {
        self.decoded(self.at(id)?, field)
    }

    /// The JSON text of a value that `version` found.
    pub(crate) fn json_at(&self, id: VersionId) -> Option<&str> {
        Some(self.at(id)?.text)
    }

    /// The field's JSON text.
    pub(crate) fn json(&self, key: &str) -> Option<&str> {
        Some(self.current(self.slot(key)?)?.text)
    }

    /// The stored names of the fields that have a value.
    pub(crate) fn keys(&self) -> Vec<String> {
        let present = self.slots().filter(|slot| self.current(*slot).is_some());
        present.map(|slot| self.name(slot).to_owned()).collect()
    }
}

impl Change {
    pub(super) fn text(&self) -> Option<&str> {
        self.value.as_ref().map(|value| value.text.as_str())
    }
}

impl<'a> Slot<'a> {
    pub(super) fn latest_mark(self) -> &'a Mark {
        match self {
            Slot::Received(_, field) => &field.latest,
            Slot::New(field) => &field.latest,
        }
    }

    /// The name between its quotes, as Flask writes it.
    #[cfg(feature = "flask")]
    pub(super) fn flask_name(self, payload: &'a str) -> Cow<'a, str> {
        match self {
            Slot::Received(_, field) => field.name.raw(payload).into(),
            Slot::New(NewField { name, .. }) => {
                let mut raw = String::with_capacity(name.len());
                flask::escape(name, &mut raw);
                raw.into()
            }
        }
    }

    pub(super) fn write_json_name(self, payload: &str, out: &mut String) {
        match self {
            Slot::Received(_, field) => out.extend(["\"", field.name.raw(payload), "\""]),
            Slot::New(NewField { name, .. }) => {
                let name = json::encode(name);
                out.push_str(&name.unwrap_or_else(|_| unreachable!("a string has a form in JSON")));
            }
        }
    }
}
