//! Checks the item under the attribute.

use quote::ToTokens;
use syn::ItemStruct;

use super::handler::handler;
use crate::message::{Errors, Message};
use crate::model::Target;
use crate::parse::Item;

/// The item under the attribute, if it is of a suitable kind.
pub(super) fn target(item: Item, is_empty: bool, errors: &mut Errors) -> Target {
    match item {
        Item::Struct(mut item) => {
            second_list(&mut item.attrs, errors);
            structure(item, errors)
        }
        Item::Function(mut function) => {
            // If this list is empty, the second one may declare the fields.
            let unchanged = is_empty.then(|| function.to_token_stream());
            let has_one_list = !second_list(&mut function.attrs, errors);
            match unchanged {
                Some(tokens) => Target::Unusable(tokens),
                None => handler(function, has_one_list, errors),
            }
        }
        Item::Other(tokens, span) => {
            errors.push_at(span, Message::NotHere);
            Target::Unusable(tokens)
        }
    }
}

/// Removes further `#[session(…)]` attributes, and returns whether there were any.
fn second_list(attrs: &mut Vec<syn::Attribute>, errors: &mut Errors) -> bool {
    let is_list = |attribute: &syn::Attribute| {
        attribute.path().segments.last().is_some_and(|name| name.ident == "session")
    };
    let further: Vec<_> = attrs.extract_if(.., |attribute| is_list(attribute)).collect();
    further.iter().for_each(|attribute| errors.push(attribute.path(), Message::SecondList));
    !further.is_empty()
}

fn structure(mut item: ItemStruct, errors: &mut Errors) -> Target {
    if !item.generics.params.is_empty() {
        errors.push(&item.generics, Message::GenericStruct);
        item.generics = syn::Generics::default();
    }
    match &item.fields {
        syn::Fields::Unit => {}
        fields => {
            errors.push(fields, Message::NotUnit);
            item.fields = syn::Fields::Unit;
        }
    }
    Target::Struct(Box::new(item))
}
