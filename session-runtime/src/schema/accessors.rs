//! What the generated accessors call. They stay one line each, so that an
//! application of many handlers compiles fast.

use std::fmt;
use std::panic::Location;
use std::sync::OnceLock;

use crate::payload::Field;
use crate::schema::{Defaults, Handle, MakeDefault, Missing};
use crate::state::field_mut::{Before, FieldMut};
use crate::state::{VersionId, Write};

/// The default of a field, evaluated when it is first read through a handle.
/// It belongs to the handle: in the shared state, another schema would take it
/// for a value that somebody set.
pub struct DefaultValue<T> {
    value: OnceLock<T>,
    /// A derived schema's default in the place of the schema's own.
    derived: Option<MakeDefault>,
}

impl<T: 'static> DefaultValue<T> {
    /// Not evaluated yet.
    pub fn new(defaults: Defaults<'_>, name: &str) -> Self {
        DefaultValue { value: OnceLock::new(), derived: defaults.get(name) }
    }

    fn make(&self, own: fn() -> T) -> T {
        self.derived.and_then(evaluate).unwrap_or_else(own)
    }
}

impl<T> fmt::Debug for DefaultValue<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("_")
    }
}

/// A field that was there when the handle was made, and stays readable
/// through it.
pub struct Proof<T>(Proven<T>);

enum Proven<T> {
    Stored(VersionId),
    /// A derived schema has a default instead of the `else`.
    Default {
        value: T,
        make: MakeDefault,
    },
}

impl<T> fmt::Debug for Proof<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("_")
    }
}

/// Proves that a required field is there.
pub fn prove<T: 'static>(
    handle: &Handle,
    field: &Field<T>,
    name: &'static str,
    defaults: Defaults<'_>,
) -> Result<Proof<T>, Missing> {
    let stored = handle.state().version(field).map(Proven::Stored);
    let proven = match defaults.get(name) {
        Some(make) => stored.or_else(|| Some(Proven::Default { value: evaluate(make)?, make })),
        None => stored.inspect(|_| defaults.prove()),
    };
    proven.map(Proof).ok_or(Missing(name))
}

/// The compiler has checked that a field declared again has the same type.
fn evaluate<T: 'static>(make: MakeDefault) -> Option<T> {
    make().downcast().ok().map(|value| *value)
}

/// Reads an optional field.
pub fn get<'a, T: 'static>(handle: &'a Handle, field: &Field<T>) -> Option<&'a T> {
    handle.state().value(field)
}

/// Reads a field with a default.
pub fn get_or<'a, T: 'static>(
    handle: &'a Handle,
    field: &Field<T>,
    cached: &'a DefaultValue<T>,
    default: fn() -> T,
) -> &'a T {
    handle.state().value(field).unwrap_or_else(|| cached.value.get_or_init(|| cached.make(default)))
}

/// Reads a required field: what it is now, or else what it was.
pub fn get_proven<'a, T: 'static>(
    handle: &'a Handle,
    field: &Field<T>,
    proof: &'a Proof<T>,
) -> &'a T {
    let now = handle.state().value(field);
    now.unwrap_or_else(|| match &proof.0 {
        Proven::Default { value, .. } => value,
        Proven::Stored(version) => handle
            .state()
            .value_at(*version, field)
            .unwrap_or_else(|| unreachable!("a version is kept as long as its request")),
    })
}

/// Sets a field.
#[track_caller]
pub fn set<T: 'static>(handle: &Handle, field: &Field<T>, value: T) {
    let json = field.encode(handle.state().syntax(), &value);
    handle.state().write(Write { key: field.key.into(), json, at: Location::caller() });
}

/// Removes a field and returns what was stored.
#[track_caller]
pub fn take<T: 'static>(handle: &Handle, field: &Field<T>) -> Option<T> {
    let taken = handle.state().remove(field.key, Location::caller());
    taken.and_then(|json| field.decode(handle.state().syntax(), json))
}

/// A guard of an optional field.
#[track_caller]
pub fn get_mut<'a, T: 'static>(
    handle: &'a Handle,
    field: &'static Field<T>,
) -> Option<FieldMut<'a, T>> {
    let state = handle.state();
    let json = state.json(field.key)?;
    let value = field.decode(state.syntax(), json)?;
    Some(FieldMut::new(state, field, value, Before::Stored(json), Location::caller()))
}

/// A guard of a field with a default.
#[track_caller]
pub fn get_mut_or<'a, T: 'static>(
    handle: &'a Handle,
    field: &'static Field<T>,
    slot: &'a DefaultValue<T>,
    default: fn() -> T,
) -> FieldMut<'a, T> {
    let at = Location::caller();
    get_mut(handle, field).unwrap_or_else(|| {
        let before = field.encode(handle.state().syntax(), &slot.make(default)).ok();
        FieldMut::new(handle.state(), field, slot.make(default), Before::Unstored(before), at)
    })
}

/// A guard of a required field.
#[track_caller]
pub fn get_mut_proven<'a, T: 'static>(
    handle: &'a Handle,
    field: &'static Field<T>,
    proof: &'a Proof<T>,
) -> FieldMut<'a, T> {
    let at = Location::caller();
    get_mut(handle, field).unwrap_or_else(|| {
        let state = handle.state();
        let (value, before) = match &proof.0 {
            Proven::Default { make, .. } => {
                let encode = |value: T| field.encode(state.syntax(), &value).ok();
                let json = evaluate(*make).and_then(encode);
                (evaluate(*make), Before::Unstored(json))
            }
            Proven::Stored(version) => {
                let json = state.json_at(*version);
                let value = json.and_then(|json| field.decode(state.syntax(), json));
                (value, Before::Unstored(json.map(str::to_owned)))
            }
        };
        let value = value.unwrap_or_else(|| unreachable!("what was proven can be made again"));
        FieldMut::new(state, field, value, before, at)
    })
}

/// Adds a message.
#[track_caller]
pub fn flash(handle: &Handle, category: &str, message: String) {
    handle.state().flash(category.to_owned(), message, Location::caller());
}
