//! Opens a schema field by field, from its base up.

use std::any::Any;
use std::cell::Cell;

use crate::schema::table::Table;
use crate::schema::{Generated, Handle, Missing};

/// The context that a schema passes to its base while both are opened.
#[derive(Clone, Copy)]
pub struct Opening<'a> {
    handle: &'a Handle,
    /// The table of the schema that is opened, not of its base.
    table: &'static Table,
    found: &'a Found,
    /// Defaults of the schema for fields of its base.
    defaults: &'a [DefaultOf<'a>],
    /// The schema that extends this one.
    derived: Option<&'a Opening<'a>>,
}

/// A field's name, and a `fn() -> T`.
type DefaultOf<'a> = (&'static str, &'a dyn Any);

#[derive(Default)]
struct Found {
    missing: Cell<Option<&'static str>>,
    /// Whether a field with `else` and without a default was present.
    proven: Cell<bool>,
}

/// Opens a schema, unless a field with `else` is missing. Also returns whether
/// there was a field with `else`: then the stored session let the request through.
pub(crate) fn open<S: Generated>(handle: &Handle) -> Result<(S, bool), Missing> {
    let found = Found::default();
    let opening = Opening { handle, table: S::TABLE, found: &found, defaults: &[], derived: None };
    let schema = S::open(&opening);
    match found.missing.get() {
        Some(name) => Err(Missing(name)),
        None => Ok((schema, found.proven.get())),
    }
}

impl Opening<'_> {
    /// The context for the base of a schema with these defaults.
    pub fn with<'b>(&'b self, defaults: &'b [DefaultOf<'b>]) -> Opening<'b> {
        Opening { defaults, derived: Some(self), ..*self }
    }

    pub(crate) fn handle(&self) -> &Handle {
        self.handle
    }

    pub(crate) fn table(&self) -> &'static Table {
        self.table
    }

    /// Records that a required field is missing.
    pub(crate) fn miss(&self, name: &'static str) {
        let first = self.found.missing.get().unwrap_or(name);
        self.found.missing.set(Some(first));
    }

    /// Records that a required field without a default is present.
    pub(crate) fn prove(&self) {
        self.found.proven.set(true);
    }

    /// The default for the field `name`, from the most derived schema that has one.
    pub(crate) fn default(&self, name: &str) -> Option<&dyn Any> {
        let own = || self.defaults.iter().find(|(own, _)| *own == name);
        let above = self.derived.and_then(|derived| derived.default(name));
        above.or_else(|| own().map(|(_, default)| *default))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payload::Syntax;
    use crate::schema::AnySession;
    use crate::state::State;

    fn opening<'a>(handle: &'a Handle, found: &'a Found) -> Opening<'a> {
        Opening { handle, table: AnySession::TABLE, found, defaults: &[], derived: None }
    }

    #[test]
    fn the_most_derived_default_wins() {
        let one: fn() -> u32 = || 1;
        let two: fn() -> u32 = || 2;
        let lower: [DefaultOf<'_>; 1] = [("count", &one)];
        let upper: [DefaultOf<'_>; 1] = [("count", &two)];
        let (handle, found) = (Handle::detached(State::empty(Syntax::Json)), Found::default());
        let none = opening(&handle, &found);
        let first = none.with(&upper);
        let both = first.with(&lower);
        let count = |opening: &Opening<'_>| {
            opening.default("count").unwrap().downcast_ref::<fn() -> u32>().unwrap()()
        };
        assert_eq!(2, count(&both));
        assert_eq!(1, count(&none.with(&lower)));
        assert!(both.default("other").is_none());
    }

    #[test]
    fn the_first_missing_field_is_named() {
        let (handle, found) = (Handle::detached(State::empty(Syntax::Json)), Found::default());
        let opening = opening(&handle, &found);
        opening.miss("username");
        opening.with(&[]).miss("coupon");
        assert_eq!(found.missing.get(), Some("username"));
    }
}
