//! The methods of fields that generated accessors call. An accessor is a single
//! call, so that applications with many handlers compile fast.

use std::any::Any;
use std::fmt;
use std::ops::Deref;
use std::panic::Location;
use std::sync::OnceLock;

use crate::payload::Field;
use crate::schema::opening::Opening;
use crate::schema::{Generated, Handle};
use crate::state::field_mut::{Before, FieldMut};
use crate::state::{State, VersionId, Write};

/// `name: T = default`, as seen by one handle of the session.
///
/// The default is evaluated when it is first read through the handle, and stays in
/// the handle. In the shared state, other schemas would mistake it for a value
/// that was set.
pub struct Defaulted<T: 'static> {
    field: &'static Field<T>,
    value: OnceLock<T>,
    make: fn() -> T,
}

/// `name: T else response`, as seen by one handle of the session. The value that
/// was present when the handle was made stays readable.
pub struct Required<T: 'static> {
    field: &'static Field<T>,
    proven: Proven<T>,
}

enum Proven<T> {
    Stored(VersionId),
    /// A derived schema has a default instead of the `else`.
    Default {
        value: T,
        make: fn() -> T,
    },
    /// The schema cannot be opened, so this is never read.
    Missing,
}

impl<T> fmt::Debug for Defaulted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("_")
    }
}

impl<T> fmt::Debug for Required<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("_")
    }
}

/// The methods of every field, and for reading a field that may be absent.
impl<T: 'static> Field<T> {
    /// Reads the field.
    pub fn get<'a>(&self, session: &'a impl Generated) -> Option<&'a T> {
        state(session).value(self)
    }

    /// Reads a `String` or a `Vec` as a slice.
    pub fn get_deref<'a>(&self, session: &'a impl Generated) -> Option<&'a T::Target>
    where
        T: Deref,
    {
        self.get(session).map(T::deref)
    }

    /// A guard of the field.
    #[track_caller]
    pub fn get_mut<'a>(&'static self, session: &'a impl Generated) -> Option<FieldMut<'a, T>> {
        self.guard(state(session))
    }

    /// Sets the field.
    #[track_caller]
    pub fn set(&self, session: &impl Generated, value: T) {
        let state = state(session);
        let json = self.encode(state.syntax(), &value);
        state.write(Write { key: self.key.into(), json, at: Location::caller() });
    }

    /// Sets a field of text.
    #[track_caller]
    pub fn set_into(&self, session: &impl Generated, value: impl Into<T>) {
        self.set(session, value.into());
    }

    /// Removes the field and returns what was stored.
    #[track_caller]
    pub fn take(&self, session: &impl Generated) -> Option<T> {
        let state = state(session);
        let taken = state.remove(self.key, Location::caller());
        taken.and_then(|json| self.decode(state.syntax(), json))
    }

    #[track_caller]
    fn guard<'a>(&'static self, state: &'a State) -> Option<FieldMut<'a, T>> {
        let json = state.json(self.key)?;
        let value = self.decode(state.syntax(), json)?;
        Some(FieldMut::new(state, self, value, Before::Stored(json), Location::caller()))
    }
}

impl<T: 'static> Defaulted<T> {
    /// Uses the field's default, unless a derived schema has another one.
    pub fn new(field: &'static Field<T>, opening: &Opening<'_>, name: &'static str) -> Self {
        let make = opening.default(name).and_then(evaluated_by).or(field.default);
        let make = make.unwrap_or_else(|| unreachable!("`{name}` has a default"));
        Defaulted { field, value: OnceLock::new(), make }
    }

    /// Reads the field, or the default if it is absent.
    pub fn get<'a>(&'a self, session: &'a impl Generated) -> &'a T {
        let stored = state(session).value(self.field);
        stored.unwrap_or_else(|| self.value.get_or_init(self.make))
    }

    /// A guard of the field.
    #[track_caller]
    pub fn get_mut<'a>(&'a self, session: &'a impl Generated) -> FieldMut<'a, T> {
        let (state, at, make) = (state(session), Location::caller(), self.make);
        self.field.guard(state).unwrap_or_else(|| {
            let before = self.field.encode(state.syntax(), &make()).ok();
            FieldMut::new(state, self.field, make(), Before::Unstored(before), at)
        })
    }
}

impl<T: 'static> Required<T> {
    /// If the field is missing and no derived schema has a default for it, the schema
    /// cannot be opened.
    pub fn new(field: &'static Field<T>, opening: &Opening<'_>, name: &'static str) -> Self {
        let stored = opening.handle().state().version(field).map(Proven::Stored);
        let default = opening.default(name).and_then(evaluated_by);
        let proven = match (stored, default) {
            (Some(stored), Some(_)) => stored,
            (Some(stored), None) => {
                opening.prove();
                stored
            }
            (None, Some(make)) => Proven::Default { value: make(), make },
            (None, None) => {
                opening.miss(name);
                Proven::Missing
            }
        };
        Required { field, proven }
    }

    /// Reads the field's current value, or the earlier one if it was removed.
    pub fn get<'a>(&'a self, session: &'a impl Generated) -> &'a T {
        let state = state(session);
        let now = state.value(self.field);
        now.or_else(|| match &self.proven {
            Proven::Default { value, .. } => Some(value),
            Proven::Stored(version) => state.value_at(*version, self.field),
            Proven::Missing => None,
        })
        .unwrap_or_else(|| unreachable!("a version is kept as long as its request"))
    }

    /// A guard of the field.
    #[track_caller]
    pub fn get_mut<'a>(&'a self, session: &'a impl Generated) -> FieldMut<'a, T> {
        let (state, at) = (state(session), Location::caller());
        self.field.guard(state).unwrap_or_else(|| {
            let (value, before) = match &self.proven {
                Proven::Default { make, .. } => {
                    let before = self.field.encode(state.syntax(), &make()).ok();
                    (Some(make()), before)
                }
                Proven::Stored(version) => {
                    let json = state.json_at(*version);
                    let value = json.and_then(|json| self.field.decode(state.syntax(), json));
                    (value, json.map(str::to_owned))
                }
                Proven::Missing => (None, None),
            };
            let value = value.unwrap_or_else(|| unreachable!("what was proven can be made again"));
            FieldMut::new(state, self.field, value, Before::Unstored(before), at)
        })
    }
}

fn state(session: &impl Generated) -> &State {
    session.session().handle().state()
}

/// The function that evaluates a default. The compiler has checked that a field
/// declared again has the same type.
fn evaluated_by<T: 'static>(default: &dyn Any) -> Option<fn() -> T> {
    default.downcast_ref().copied()
}

/// Adds a message.
#[track_caller]
pub fn flash(session: &impl Generated, category: &str, message: impl Into<String>) {
    add_flash(session.session().handle(), category, message.into());
}

/// Adds a message to a session.
#[track_caller]
pub(crate) fn add_flash(handle: &Handle, category: &str, message: String) {
    handle.state().flash(category.to_owned(), message, Location::caller());
}
