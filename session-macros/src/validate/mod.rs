//! Checks the rules, and reports every violation at the user's own token.

mod handler;
mod item;
mod names;
mod parameter;
mod types;

use std::collections::HashMap;

use proc_macro2::Span;
use quote::ToTokens;
use syn::ext::IdentExt as _;
use syn::parse_quote;

use crate::body;
use crate::message::{Errors, Message};
use crate::model::{Field, Kind, Schema, Target};
use crate::parse::{Item, List};

/// Checks the list, the item, and that they fit together.
pub(crate) fn validate(list: List, item: Item, errors: &mut Errors) -> (Schema, Target) {
    let is_empty = list.is_empty();
    let mut schema = schema(list, errors);
    let target = item::target(item, is_empty, errors);
    answers(&mut schema, &target, errors);
    (schema, target)
}

/// Turns a list into a schema. Mistakes are reported, and then left out or
/// corrected, so that they cause as few further errors as possible.
fn schema(list: List, errors: &mut Errors) -> Schema {
    if list.is_empty() {
        errors.push_at(Span::call_site(), Message::Empty);
    }
    let List { bases, crates, fields, categories, broken } = list;
    bases.iter().skip(1).for_each(|base| errors.push(base, Message::SecondBase));
    crates.iter().skip(1).for_each(|path| errors.push(path, Message::SecondCrate));

    let mut names = names::Names::default();
    let mut fields: Vec<_> =
        fields.into_iter().filter_map(|field| names.field(field, errors)).collect();
    sources(&mut fields, !bases.is_empty(), broken, errors);
    let categories =
        categories.into_iter().filter(|category| names.category(category, errors)).collect();
    Schema {
        krate: crates.into_iter().next().unwrap_or_else(|| parse_quote!(::session_runtime)),
        base: bases.into_iter().next(),
        fields,
        categories,
    }
}

/// Checks that loaded fields are loaded from fields that are stored. Only the compiler
/// can find one `in_a_base`, and nobody one in an entry that is `broken`.
fn sources(fields: &mut Vec<Field>, in_a_base: bool, broken: bool, errors: &mut Errors) {
    let is_stored: HashMap<_, _> =
        fields.iter().map(|field| (field.name.unraw(), field.is_stored())).collect();
    fields.retain(|field| {
        let Some(source) = &field.source else { return true };
        let name = source.unraw();
        let message = match is_stored.get(&name) {
            Some(true) => return true,
            Some(false) => Message::LoadedSource(name.to_string()),
            None if in_a_base => return true,
            None if broken => return false,
            None => Message::UnknownSource(name.to_string()),
        };
        errors.push(source, message);
        false
    });
}

/// Reports an `else` that uses the handler's body, and drops its response.
fn answers(schema: &mut Schema, target: &Target, errors: &mut Errors) {
    let Target::Handler(handler) = target else { return };
    let Some(name) = handler.body_name() else { return };
    for field in &mut schema.fields {
        if let Kind::Else(answer, _) = &mut field.kind
            && let Some(named) = body::named_in(answer.to_token_stream(), &name)
        {
            errors.push(&named, Message::BodyInElse(name.to_string()));
            *answer = parse_quote!(());
        }
    }
}
