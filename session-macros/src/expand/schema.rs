//! Generates a schema: a struct, and the methods of its fields.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{Attribute, Ident, ItemStruct, Visibility};

use super::form::Form;
use super::names::slot;
use super::{accessors, again, answers};
use crate::model::Schema;
use crate::paths::Paths;

/// A schema that the user named. Handlers share it, and other schemas extend it.
pub(super) fn public(schema: &Schema, item: &ItemStruct) -> TokenStream {
    let shown = item.ident.unraw().to_string();
    let full = Form { schema, owner: &item.ident, shown, vis: &item.vis, in_else: None };
    let in_else = format_ident!("{}InElse", item.ident);
    let partial = full.partial(&in_else);
    let partial_type = match (schema.requires(), &schema.base) {
        (true, _) => partial.ty(),
        (false, None) => quote!(Self),
        // Only the compiler knows whether the base requires something.
        (false, Some(_)) => {
            let (requires, partial) = (Paths::of_base(schema, "Requires"), partial.ty());
            let span = requires.span();
            let choose = quote_spanned!(span => <#requires as __rt::Choose>::Of);
            quote_spanned!(span => #choose<Self, #partial>)
        }
    };
    let has_partial = schema.base.is_some() || schema.requires();
    let types = again::types(schema, &item.ident, &item.vis);
    let refuse = answers::refuse(schema, &item.ident);
    let more = quote!(#types #refuse);
    define(&full, &item.attrs, has_partial.then_some(&partial), &partial_type, &more)
}

/// The schema of the handler `shown`. If an `else` of its list uses the session, it
/// gets a second form for that.
pub(super) fn hidden(schema: &Schema, name: &Ident, shown: String, looks: bool) -> TokenStream {
    let vis = Visibility::Inherited;
    let full = Form { schema, owner: name, shown, vis: &vis, in_else: None };
    let in_else = format_ident!("{name}InElse");
    let partial = full.partial(&in_else);
    let partial_type = match (schema.requires(), &schema.base) {
        (true, _) if looks => partial.ty(),
        _ => quote!(Self),
    };
    define(&full, &[], looks.then_some(&partial), &partial_type, &TokenStream::new())
}

/// The struct of each form, what both implement, and what else belongs to the
/// schema.
fn define(
    full: &Form<'_>,
    attrs: &[Attribute],
    partial: Option<&Form<'_>>,
    partial_type: &TokenStream,
    more: &TokenStream,
) -> TokenStream {
    let struct_ = full.structure(attrs);
    let partial_struct = partial.map(|partial| partial.structure(&[]));
    let impls = full.impls(partial_type);
    let partial_impls = partial.map(|partial| partial.impls(&quote!(Self)));
    let import = Paths::import(full.schema);
    quote! {
        #struct_
        #partial_struct
        const _: () = {
            #import
            #impls
            #partial_impls
            #more
        };
    }
}

impl Form<'_> {
    fn structure(&self, attrs: &[Attribute]) -> TokenStream {
        let (name, vis, rt) = (self.name(), self.vis, Paths::new(self.schema).rt);
        let slots = self.fields().filter_map(|field| {
            let (slot, ty, kind) = (slot(field), &field.ty, self.slot(field)?);
            Some(quote!(#slot: #rt::#kind<#ty>))
        });
        let (parameter, base) = match (self.is_generic(), &self.schema.base) {
            (true, _) => (Some(quote!(<__Base>)), quote!(__Base)),
            (false, Some(base)) => (None, base.to_token_stream()),
            (false, None) => (None, quote!(#rt::AnySession)),
        };
        let is_public = self.in_else.is_none() && !matches!(vis, Visibility::Inherited);
        let hidden = self.in_else.map(|_| quote!(#[doc(hidden)]));
        let is_documented = attrs.iter().any(|attribute| attribute.path().is_ident("doc"));
        let docs = (is_public && !is_documented).then(|| quote!(#[doc = "A session schema."]));
        quote! {
            #(#attrs)*
            #docs
            #hidden
            #[allow(non_camel_case_types, non_snake_case, private_interfaces)]
            #vis struct #name #parameter {
                __base: #base,
                #(#slots),*
            }
        }
    }

    fn impls(&self, partial: &TokenStream) -> TokenStream {
        let (own, base) = (self.impl_(None), self.base());
        let constants = self.fields().map(|field| self.constant(field));
        let constants = self.in_else.is_none().then(|| quote!(#(#constants)*));
        let accessors = self.fields().map(|field| accessors::of_field(self, field));
        let flashes = self.schema.categories.iter().map(|name| accessors::flash(self.vis, name));
        let [deref, deref_mut] = ["Deref", "DerefMut"].map(|name| self.impl_(Some(name)));
        let generated = self.generated(partial);
        let same_types = self.in_else.is_none().then(|| again::same_types(self.schema));
        quote! {
            #[allow(dead_code, non_upper_case_globals, non_snake_case, private_interfaces, clippy::all)]
            #own {
                #constants
                #(#accessors)*
                #(#flashes)*
            }

            #[automatically_derived]
            #deref {
                type Target = #base;
                fn deref(&self) -> &#base { &self.__base }
            }

            #[automatically_derived]
            #deref_mut {
                fn deref_mut(&mut self) -> &mut #base { &mut self.__base }
            }

            #generated
            #same_types
        }
    }
}
