//! Checks the names of fields and categories, which become methods and stored names.

use std::collections::HashMap;

use syn::ext::IdentExt as _;
use syn::{Attribute, Ident, LitStr};

use super::types::{owned, shape, ungroup};
use crate::message::{Errors, Message};
use crate::model::{Field, Kind, Shape};
use crate::parse;

/// Methods of every session, and conversions that every type has. A field of that
/// name could not be reached.
const RESERVED: &[&str] = &[
    "clear",
    "renew",
    "is_empty",
    "is_permanent",
    "set_permanent",
    "set_lifetime",
    "info",
    "render",
    "flash",
    "flashes",
    "flashes_in",
    "peek_flashes",
    "keep_flashes",
    "keep_input",
    "keep_input_without",
    "old_input",
    "view",
    "try_view",
    "loaded",
    "into",
    "try_into",
];

/// Stored names that the runtime uses.
const RESERVED_KEYS: &[&str] = &["_flashes", "_permanent", "_lifetime", "_old_input"];
/// The prefixes of further stored names that the runtime uses.
const RESERVED_PREFIXES: &[&str] = &["_flash.", "_old_input."];

/// The names that are taken so far.
#[derive(Default)]
pub(super) struct Names {
    /// Methods, and the entry that each came from.
    methods: HashMap<String, String>,
    fields: Vec<String>,
    /// Stored names, and the field of each.
    keys: HashMap<String, String>,
    categories: Vec<String>,
    owner: bool,
}

impl Names {
    pub(super) fn field(&mut self, field: parse::Field, errors: &mut Errors) -> Option<Field> {
        let parse::Field { docs, mut key, mut owner, name, ty, source, mut kind } = field;
        let plain = name.unraw().to_string();
        if syn::parse_str::<Ident>(&name.to_string()).is_err() {
            errors.push(&name, Message::Keyword(name.to_string()));
            return None;
        }
        if self.fields.contains(&plain) {
            errors.push(&name, Message::DuplicateField(plain));
            return None;
        }
        self.fields.push(plain.clone());
        if RESERVED.contains(&plain.as_str()) {
            errors.push(&name, Message::ReservedName(plain));
            return None;
        }
        if plain.starts_with("__") {
            errors.push(&name, Message::Underscores);
            return None;
        }
        if source.is_some() {
            only_read(&mut key, &mut owner, &mut kind, errors);
        }
        let methods = [
            plain.clone(),
            format!("set_{plain}"),
            format!("take_{plain}"),
            format!("{plain}_mut"),
        ];
        let methods = if source.is_some() { &methods[..1] } else { &methods };
        if !self.methods(methods, &name, &plain, errors) {
            return None;
        }

        if let Some(owner) = &owner
            && std::mem::replace(&mut self.owner, true)
        {
            errors.push(owner, Message::SecondOwner);
        }
        let explicit_key = key.is_some();
        let key_span = key.as_ref().map_or(name.span(), |key| key.span());
        let key = key.map_or(plain.clone(), |key| key.value());
        if source.is_some() {
            // It is not stored, so its name is free for another field.
        } else if key.is_empty() {
            errors.push_at(key_span, Message::EmptyKey);
        } else if is_reserved(&key) {
            errors.push_at(key_span, Message::ReservedKey(key.clone()));
        } else if let Some(other) = self.keys.insert(key.clone(), plain) {
            errors.push_at(key_span, Message::DuplicateKey(key.clone(), other));
        }
        let (ty, kind) = owned(ungroup(ty), kind, errors);
        let shape = if source.is_some() { Shape::Ref } else { shape(&ty) };
        let owner = owner.is_some();
        Some(Field { docs, name, key, key_span, explicit_key, owner, ty, shape, source, kind })
    }

    pub(super) fn category(&mut self, category: &Ident, errors: &mut Errors) -> bool {
        let plain = category.unraw().to_string();
        if self.categories.contains(&plain) {
            errors.push(category, Message::DuplicateCategory(plain));
            return false;
        }
        self.categories.push(plain.clone());
        self.methods(&[format!("flash_{plain}")], category, &format!("flash({plain})"), errors)
    }

    /// Reserves the methods for `entry`, unless one of them is already taken.
    fn methods(
        &mut self,
        methods: &[String],
        at: &Ident,
        entry: &str,
        errors: &mut Errors,
    ) -> bool {
        let taken = methods.iter().find_map(|method| {
            let own = RESERVED.contains(&method.as_str()).then(|| "every session".to_owned());
            let with = own.or_else(|| self.methods.get(method).cloned())?;
            Some((method.clone(), with))
        });
        if let Some((method, with)) = taken {
            errors.push(at, Message::Collision { method, with });
            return false;
        }
        self.methods.extend(methods.iter().map(|method| (method.clone(), format!("`{entry}`"))));
        true
    }
}

fn is_reserved(key: &str) -> bool {
    RESERVED_KEYS.contains(&key) || RESERVED_PREFIXES.iter().any(|prefix| key.starts_with(prefix))
}

/// Removes what only a stored field can have.
fn only_read(
    key: &mut Option<LitStr>,
    owner: &mut Option<Attribute>,
    kind: &mut Kind,
    errors: &mut Errors,
) {
    if let Some(key) = key.take() {
        errors.push(key, Message::LoadedKey);
    }
    if let Some(owner) = owner.take() {
        errors.push(owner, Message::LoadedOwner);
    }
    if let Kind::Default(value) = kind {
        errors.push(value, Message::LoadedDefault);
        *kind = Kind::Optional;
    }
}
