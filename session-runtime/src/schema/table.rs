//! The fields of a schema, and where they are declared in the source.

use std::any::TypeId;
use std::fmt;
use std::panic::Location;

use crate::payload::{AnyField, Field};
use crate::schema::loads::Loads;

/// The fields of a schema.
pub struct Table {
    /// The name of the struct or the handler.
    pub name: &'static str,
    /// The schema's own fields.
    pub fields: &'static [Declared],
    /// The schema's own loaded fields.
    pub loaded: &'static [&'static Loads],
    /// The table of its base. A schema without one has that of `AnySession`.
    pub base: Option<&'static Table>,
}

/// One declaration of a field.
pub struct Declared {
    /// The name in the code.
    pub name: &'static str,
    /// The name in the session.
    pub key: &'static str,
    /// Identifies the type.
    pub type_id: fn() -> TypeId,
    /// Names the type.
    pub type_name: fn() -> &'static str,
    /// Where it is declared.
    pub place: Place,
    /// Whether it is marked `#[owner]`.
    pub owner: bool,
    /// Reads and writes its values.
    pub(crate) field: &'static dyn AnyField,
}

/// A place in the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file, as from `file!()`.
    pub file: &'static str,
    /// The line, as from `line!()`.
    pub line: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

impl Declared {
    /// Declares a field. It has no bounds, so that only
    /// [`field`](crate::payload::field) reports an unsuitable type.
    pub(crate) const fn new<T: 'static>(
        field: &'static Field<T>,
        name: &'static str,
        place: Place,
    ) -> Declared {
        Declared {
            name,
            key: field.key,
            type_id: TypeId::of::<T>,
            type_name: std::any::type_name::<T>,
            place,
            owner: false,
            field,
        }
    }

    /// Declares a field at the caller's place.
    #[track_caller]
    pub const fn here<T: 'static>(field: &'static Field<T>, name: &'static str) -> Declared {
        let caller = Location::caller();
        Declared::new(field, name, Place { file: caller.file(), line: caller.line() })
    }

    /// Marks the field as `#[owner]`.
    pub const fn owner(self) -> Declared {
        Declared { owner: true, ..self }
    }
}

impl Table {
    /// All declarations, with the base's last.
    pub(crate) fn all(&'static self) -> impl Iterator<Item = (&'static Table, &'static Declared)> {
        self.chain().flat_map(|table| table.fields.iter().map(move |field| (table, field)))
    }

    /// All loaded fields, with the base's last.
    pub(crate) fn loaded(&'static self) -> impl Iterator<Item = &'static Loads> {
        self.chain().flat_map(|table| table.loaded.iter().copied())
    }

    /// Whether it is the table of a session without a schema.
    pub(crate) fn is_untyped(&self) -> bool {
        self.base.is_none()
    }

    /// This table, its base's, and so on.
    fn chain(&'static self) -> impl Iterator<Item = &'static Table> {
        std::iter::successors(Some(self), |table| table.base)
    }

    /// The source of a loaded field in a schema with this base, which may declare
    /// the field already.
    ///
    /// # Panics
    ///
    /// At compile time, if the base loads it from another field.
    pub const fn source(&'static self, name: &str, source: &'static str) -> &'static str {
        let mut next = Some(self);
        while let Some(table) = next {
            let mut n = 0;
            while n < table.loaded.len() {
                let loads = table.loaded[n];
                if loads.name.len() == name.len() && equal(loads.name, name) {
                    assert!(
                        loads.source.len() == source.len() && equal(loads.source, source),
                        "the base loads this field from another one: write that one, or choose \
                         another name"
                    );
                }
                n += 1;
            }
            next = table.base;
        }
        source
    }

    /// The stored name of a field in a schema with this base: the base's name for the
    /// field, or `given` if the base does not declare it. `explicit` means that it
    /// was given with `#[key(…)]`.
    ///
    /// # Panics
    ///
    /// At compile time, if the declaration contradicts the base's.
    pub const fn key(
        &'static self,
        name: &str,
        given: &'static str,
        explicit: bool,
    ) -> &'static str {
        let mut next = Some(self);
        while let Some(table) = next {
            let mut n = 0;
            while n < table.fields.len() {
                let field = &table.fields[n];
                if field.name.len() == name.len() && equal(field.name, name) {
                    assert!(
                        !explicit || field.key.len() == given.len() && equal(field.key, given),
                        "the base declares this field under another stored name, which stays: \
                         remove `#[key(…)]`"
                    );
                    return field.key;
                }
                assert!(
                    field.key.len() != given.len() || !equal(field.key, given),
                    "another field of the base is stored under this name: choose another \
                     with `#[key(\"…\")]`"
                );
                n += 1;
            }
            next = table.base;
        }
        given
    }
}

/// Compares two texts of the same length. Callers compare the lengths first: the
/// compiler interprets this for each field of each list, and calls are slow there.
const fn equal(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut n = 0;
    while n < a.len() {
        if a[n] != b[n] {
            return false;
        }
        n += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payload::field;

    const PLACE: Place = Place { file: "a.rs", line: 1 };
    const COUNT: Field<u32> = field("n");
    static BASE: Table = Table {
        name: "Base",
        fields: &[Declared::new(&COUNT, "count", PLACE)],
        loaded: &[],
        base: None,
    };

    #[test]
    fn a_stored_name_is_inherited() {
        assert_eq!(BASE.key("count", "count", false), "n");
        assert_eq!(BASE.key("count", "n", true), "n");
        assert_eq!(BASE.key("other", "x", true), "x");
        assert_eq!(BASE.key("other", "other", false), "other");
    }

    #[test]
    #[should_panic(expected = "remove `#[key(…)]`")]
    fn a_stored_name_cannot_be_changed() {
        BASE.key("count", "m", true);
    }

    #[test]
    #[should_panic(expected = "another field of the base is stored under this name")]
    fn a_stored_name_cannot_be_used_twice() {
        BASE.key("n", "n", false);
    }
}
