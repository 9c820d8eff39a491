//! Checks that all schemas of an application agree on the types of fields.

use std::collections::HashMap;
use std::sync::{OnceLock, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

#[cfg(feature = "flask")]
use crate::payload::Translate;
use crate::schema::table::{Declared, Table};

/// The declarations seen so far: those of mounted routes at launch, others on
/// their first use.
///
/// Schemas known at launch are checked without a lock. Only those first seen
/// later need one.
#[derive(Default)]
pub(crate) struct Registry {
    seen: RwLock<Seen>,
    /// The field marked `#[owner]`.
    owner: OnceLock<Owner>,
    /// The addresses of the tables that agreed at launch, sorted.
    settled: OnceLock<Vec<usize>>,
}

/// A field, and the schema that declares it.
type Owner = (&'static Table, &'static Declared);

#[derive(Default)]
struct Seen {
    fields: HashMap<&'static str, (&'static Table, &'static Declared)>,
    /// By the table's address. Errors are kept for later requests.
    tables: HashMap<usize, Result<(), String>>,
}

impl Registry {
    /// Compares the schema's fields with all fields seen before.
    pub(crate) fn check(&self, table: &'static Table) -> Result<(), String> {
        let address = std::ptr::from_ref(table).addr();
        let settled = self.settled.get();
        if settled.is_some_and(|tables| tables.binary_search(&address).is_ok()) {
            return Ok(());
        }
        let known = self.read().tables.get(&address).cloned();
        known.unwrap_or_else(|| {
            let mut seen = self.write();
            let had_owner = self.owner.get().is_some();
            let verdict = seen.add(table, &self.owner);
            seen.tables.insert(address, verdict.clone());
            if settled.is_some() && !had_owner {
                self.report_owner();
            }
            verdict
        })
    }

    /// Marks the end of the launch. An owner field first seen after this comes too
    /// late for some sign-ins.
    pub(crate) fn launched(&self) {
        let seen = self.read();
        let agreed = seen.tables.iter().filter(|(_, verdict)| verdict.is_ok());
        let mut settled: Vec<_> = agreed.map(|(address, _)| *address).collect();
        settled.sort_unstable();
        self.settled.get_or_init(|| settled);
    }

    /// The field marked `#[owner]`.
    pub(crate) fn owner(&self) -> Option<&'static Declared> {
        self.owner.get().map(|(_, field)| *field)
    }

    /// The stored name of that field.
    pub(crate) fn owner_key(&self) -> Option<&'static str> {
        self.owner().map(|field| field.key)
    }

    /// Warns about an owner field that was not known at launch.
    fn report_owner(&self) {
        let Some((table, field)) = self.owner.get() else { return };
        log::warn!(
            "The session field `{}` is an `#[owner]` (in `{}` at {}), but no mounted route shows \
             that schema, so it was not known at launch. Whoever signed in before now kept the \
             session's identifier, and is not listed under an owner. Type \
             `.schema::<{}>()` after `Sessions::fairing()`; a list on a handler or a catcher has \
             to move to a unit struct first.",
            field.name,
            table.name,
            field.place,
            table.name,
        );
    }

    fn read(&self) -> RwLockReadGuard<'_, Seen> {
        self.seen.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Seen> {
        self.seen.write().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(feature = "flask")]
impl Registry {
    /// The translation between formats for the field's type, if it is declared.
    pub(crate) fn translation(&self, key: &str) -> Option<Translate> {
        self.read().fields.get(key).map(|(_, field)| field.field.translate())
    }
}

impl Seen {
    /// Adds the schema's fields only if there is no conflict. A schema that will
    /// never work must not prevent another from working.
    fn add(&mut self, table: &'static Table, owner: &OnceLock<Owner>) -> Result<(), String> {
        // A list and its base may mark one each.
        let marked = || table.all().find(|(_, field)| field.owner);
        let first = owner.get().copied().or_else(marked);
        let conflicts: Vec<String> = table
            .all()
            .flat_map(|(table, field)| {
                [self.conflict(table, field), owner_conflict(first, table, field)]
            })
            .flatten()
            .collect();
        if !conflicts.is_empty() {
            return Err(conflicts.join(" "));
        }
        for (table, field) in table.all() {
            self.fields.entry(field.key).or_insert((table, field));
            if field.owner {
                owner.get_or_init(|| (table, field));
            }
        }
        Ok(())
    }

    fn conflict(&self, table: &'static Table, field: &'static Declared) -> Option<String> {
        let (other_table, other) = self.fields.get(field.key)?;
        if (other.type_id)() == (field.type_id)() {
            return None;
        }
        Some(format!(
            "The session field `{}` is declared with two types: `{}` by `{}` at {}, and `{}` by \
             `{}` at {}. Give both the same type, or store one of them under another name with \
             `#[key(\"…\")]`.",
            field.key,
            (other.type_name)(),
            other_table.name,
            other.place,
            (field.type_name)(),
            table.name,
            field.place,
        ))
    }
}

fn owner_conflict(
    owner: Option<Owner>,
    table: &'static Table,
    field: &'static Declared,
) -> Option<String> {
    let (other_table, other) = owner.filter(|_| field.owner)?;
    if other.key == field.key {
        return None;
    }
    Some(format!(
        "Two session fields are marked `#[owner]`: `{}` by `{}` at {}, and `{}` by `{}` at {}. \
         A session has one owner: remove one of the two.",
        other.key, other_table.name, other.place, field.key, table.name, field.place,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payload::{Field, field};
    use crate::schema::table::Place;

    const NUMBER: Field<u32> = field("n");
    const TEXT: Field<String> = field("n");
    const NAME: Field<String> = field("name");

    const HERE: Place = Place { file: "a.rs", line: 1 };
    const THERE: Place = Place { file: "b.rs", line: 2 };

    static ONE: Table = Table {
        name: "One",
        fields: &[Declared::new(&NUMBER, "n", HERE)],
        loaded: &[],
        base: None,
    };
    static TWO: Table =
        Table { name: "Two", fields: &[Declared::new(&TEXT, "n", THERE)], loaded: &[], base: None };
    static DERIVED: Table = Table { name: "Derived", fields: &[], loaded: &[], base: Some(&TWO) };

    static OWNED: Table = Table {
        name: "Owned",
        fields: &[Declared::new(&NUMBER, "n", HERE).owner()],
        loaded: &[],
        base: None,
    };
    static OTHER: Table = Table {
        name: "Other",
        fields: &[Declared::new(&NAME, "name", THERE).owner()],
        loaded: &[],
        base: Some(&ONE),
    };

    #[test]
    fn a_session_has_one_owner() {
        let registry = Registry::default();
        assert_eq!(registry.check(&ONE), Ok(()));
        assert_eq!(registry.owner_key(), None);
        assert_eq!(registry.check(&OWNED), Ok(()));
        assert_eq!(registry.owner_key(), Some("n"));
        let error = registry.check(&OTHER).unwrap_err();
        for part in ["`#[owner]`", "`n` by `Owned` at a.rs:1", "`name` by `Other` at b.rs:2"] {
            assert!(error.contains(part), "{error}");
        }
        assert_eq!(registry.owner_key(), Some("n"));
    }

    #[test]
    fn a_list_and_its_base_have_one_owner() {
        static SECOND: Table = Table {
            name: "Second",
            fields: &[Declared::new(&NAME, "name", THERE).owner()],
            loaded: &[],
            base: Some(&OWNED),
        };
        let registry = Registry::default();
        let error = registry.check(&SECOND).unwrap_err();
        for part in ["`#[owner]`", "`n` by `Owned` at a.rs:1", "`name` by `Second` at b.rs:2"] {
            assert!(error.contains(part), "{error}");
        }
        assert_eq!(registry.owner_key(), None);
    }

    #[test]
    fn two_types_for_one_key_are_named_with_both_places() {
        let registry = Registry::default();
        assert_eq!(registry.check(&ONE), Ok(()));
        assert_eq!(registry.check(&ONE), Ok(()));
        let error = registry.check(&TWO).unwrap_err();
        for part in
            ["`n`", "`u32` by `One` at a.rs:1", "`alloc::string::String` by `Two` at b.rs:2"]
        {
            assert!(error.contains(part), "{error}");
        }
        assert_eq!(registry.check(&TWO), Err(error));
        assert!(registry.check(&DERIVED).is_err());
    }
}
