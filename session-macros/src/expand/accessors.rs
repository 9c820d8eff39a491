//! Generates the methods of fields and message categories.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::ext::IdentExt as _;
use syn::{Ident, Visibility};

use super::form::Form;
use super::names::{constant, slot};
use crate::model::{Field, Kind, Shape};

/// The methods only call the runtime, because each line here is compiled for each
/// field of each list.
pub(super) fn of_field(form: &Form<'_>, field: &Field) -> TokenStream {
    let (vis, name, ty) = (form.vis, &field.name, &field.ty);
    if !field.is_stored() {
        return of_loaded(form, field);
    }
    let (owner, constant) = (form.owner, constant(field));
    let constant = quote!(#owner::#constant);
    let plain = name.unraw();
    let [set, take, guard] =
        [format!("set_{plain}"), format!("take_{plain}"), format!("{plain}_mut")]
            .map(|method| Ident::new(&method, name.span()));
    // A field that always has a value has a slot in the struct to read it from.
    let slot = form.slot(field).map(|_| slot(field));
    let is_always_there = slot.is_some();
    let reads = slot.map_or_else(|| constant.clone(), |slot| quote!(self.#slot));
    let read_type = match &field.shape {
        Shape::Str => quote!(&__rt::str),
        Shape::Slice(element) => quote!(&[#element]),
        Shape::Copy => ty.to_token_stream(),
        Shape::Ref => quote!(&#ty),
    };
    let (read_type, read) = match (is_always_there, &field.shape) {
        (true, Shape::Copy) => (read_type, quote!(*#reads.get(self))),
        (true, _) => (read_type, quote!(#reads.get(self))),
        (false, shape) => {
            let read = match shape {
                Shape::Str | Shape::Slice(_) => quote!(#reads.get_deref(self)),
                Shape::Copy => quote!(#reads.get(self).copied()),
                Shape::Ref => quote!(#reads.get(self)),
            };
            (quote!(__rt::Option<#read_type>), read)
        }
    };
    let guard_type = match is_always_there {
        true => quote!(__rt::FieldMut<'_, #ty>),
        false => quote!(__rt::Option<__rt::FieldMut<'_, #ty>>),
    };
    let (set_type, set_to) = match field.shape {
        Shape::Str => (quote!(impl __rt::Into<__rt::String>), quote!(set_into)),
        _ => (ty.to_token_stream(), quote!(set)),
    };
    let rule = match field.kind {
        Kind::Else(..) if form.requires(field) => "The handler runs only if it is there.",
        Kind::Default(_) => "The default until somebody sets it; reading it writes nothing.",
        Kind::Else(..) | Kind::Optional => "Absent until somebody sets it.",
    };
    let (docs, key) = (&field.docs, &field.key);
    let gap = (!docs.is_empty()).then(|| quote!(#[doc = ""]));
    let [read_docs, set_docs, take_docs, guard_docs] = [
        format!("The session's field `{key}`. {rule}"),
        format!("Sets the session's field `{key}`."),
        format!("Removes `{key}` and returns what was stored."),
        format!(
            "A guard of `{key}`. What is changed through it is kept, however deep; a guard that \
             changed nothing writes nothing."
        ),
    ];
    quote! {
        #(#docs)* #gap
        #[doc = #read_docs]
        #vis fn #name(&self) -> #read_type { #read }

        #[doc = #set_docs]
        #[track_caller]
        #vis fn #set(&self, value: #set_type) { #constant.#set_to(self, value) }

        #[doc = #take_docs]
        #[track_caller]
        #vis fn #take(&self) -> __rt::Option<#ty> { #constant.take(self) }

        #[doc = #guard_docs]
        #[track_caller]
        #vis fn #guard(&mut self) -> #guard_type { #reads.get_mut(self) }
    }
}

/// The method of a loaded field. Nothing is stored, so nothing is set or taken.
fn of_loaded(form: &Form<'_>, field: &Field) -> TokenStream {
    let (vis, name, ty, slot) = (form.vis, &field.name, &field.ty, slot(field));
    let source = field.source.as_ref().map(|source| source.unraw().to_string());
    let (read_type, read, rule) = match form.requires(field) {
        true => (quote!(&#ty), quote!(get_required), "The handler runs only if it is there."),
        false => (quote!(__rt::Option<&#ty>), quote!(get), "Absent if there is nothing behind it."),
    };
    let docs = &field.docs;
    let gap = (!docs.is_empty()).then(|| quote!(#[doc = ""]));
    let read_docs =
        format!("What was loaded for the session's field `{}`. {rule}", source.unwrap_or_default());
    quote! {
        #(#docs)* #gap
        #[doc = #read_docs]
        #vis fn #name(&self) -> #read_type { self.#slot.#read() }
    }
}

/// The method of a message category.
pub(super) fn flash(vis: &Visibility, category: &Ident) -> TokenStream {
    let plain = category.unraw().to_string();
    let method = Ident::new(&format!("flash_{plain}"), category.span());
    let docs = format!("Adds a message of the category `{plain}`.");
    quote! {
        #[doc = #docs]
        #[track_caller]
        #vis fn #method(&self, message: impl __rt::Into<__rt::String>) {
            __rt::flash(self, #plain, message)
        }
    }
}
