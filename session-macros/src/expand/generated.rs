//! Generates what the runtime needs of a schema: its fields, their stored names and
//! defaults, and how to open a session with it.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::Ident;
use syn::spanned::Spanned as _;

use super::form::Form;
use super::loaded;
use super::names::{constant, default, loads, local, plain, slot};
use crate::model::{Field, Kind};
use crate::paths::Paths;

impl Form<'_> {
    /// The `impl` of `Generated`.
    pub(super) fn generated(&self, partial: &TokenStream) -> TokenStream {
        let (impl_, owner) = (self.impl_(Some("Generated")), self.owner);
        let of_base = |item: &str| match self.is_generic() {
            true => {
                let item = format_ident!("{item}");
                quote!(<__Base as __rt::Generated>::#item)
            }
            false => Paths::of_base(self.schema, item),
        };
        let (open, session) = (of_base("open"), of_base("session"));
        let requires = match (self.in_else, self.schema.requires()) {
            (Some(_), _) => quote!(__rt::Nothing),
            (None, true) => quote!(__rt::Something),
            (None, false) => of_base("Requires"),
        };
        let table = match self.in_else {
            Some(_) => quote!(<#owner as __rt::Generated>::TABLE),
            None => self.table(&of_base("TABLE")),
        };
        let opening = local("opening");
        let slots = self.fields().filter_map(|field| {
            let (slot, constant, plain) = (slot(field), constant(field), plain(field));
            if !field.is_stored() {
                let loads = loads(field);
                let new = if self.requires(field) { quote!(required) } else { quote!(new) };
                return Some(quote!(#slot: __rt::Loaded::#new(&#owner::#loads, #opening)));
            }
            let kind = self.slot(field)?;
            Some(quote!(#slot: __rt::#kind::new(&#owner::#constant, #opening, #plain)))
        });
        let above = self.opening_of_base(&opening);
        quote! {
            #[automatically_derived]
            #[diagnostic::do_not_recommend]
            #[allow(private_interfaces)]
            #impl_ {
                type Itself = Self;
                type Partial = #partial;
                type Requires = #requires;
                const TABLE: &'static __rt::Table = #table;

                fn open(#opening: &__rt::Opening<'_>) -> Self {
                    Self { __base: #open(#above), #(#slots),* }
                }

                fn session(&self) -> &__rt::AnySession { #session(&self.__base) }
            }
        }
    }

    /// Passes defaults to the base that replace its `else`.
    fn opening_of_base(&self, opening: &Ident) -> TokenStream {
        let owner = self.owner;
        let defaults = self.fields().filter(|field| matches!(field.kind, Kind::Default(_)));
        let mut defaults = defaults.map(|field| {
            let (plain, default) = (plain(field), default(field));
            quote!((#plain, &(#owner::#default as fn() -> _)))
        });
        let first = defaults.next().filter(|_| self.schema.base.is_some());
        match first {
            Some(first) => quote!(&#opening.with(&[#first #(, #defaults)*])),
            None => opening.to_token_stream(),
        }
    }

    fn table(&self, base: &TokenStream) -> TokenStream {
        let (owner, name) = (self.owner, &self.shown);
        let declared = self.schema.stored().map(|field| {
            let (constant, plain) = (constant(field), plain(field));
            let marked = field.owner.then(|| quote!(.owner()));
            // The runtime takes the place of this call as the field's.
            let declared = quote_spanned! { field.name.span() =>
                __rt::Declared::here(&#owner::#constant, #plain)
            };
            quote!(#declared #marked)
        });
        let loaded = self.fields().filter(|field| !field.is_stored()).map(loads);
        quote! {
            &__rt::Table {
                name: #name,
                fields: &[#(#declared),*],
                loaded: &[#(&#owner::#loaded),*],
                base: __rt::Option::Some(#base),
            }
        }
    }

    /// The constant that holds a field's key and codec, and its default.
    pub(super) fn constant(&self, field: &Field) -> TokenStream {
        if let Some(source) = &field.source {
            return loaded::loader(self.schema, self.owner, field, source);
        }
        let (constant, ty, key) = (constant(field), &field.ty, &field.key);
        let key = match (&self.schema.base, field.explicit_key) {
            (None, _) => key.to_token_stream(),
            (Some(_), explicit) => {
                let (table, plain) = (Paths::of_base(self.schema, "TABLE"), plain(field));
                quote_spanned! { field.key_span =>
                    __rt::Table::key(#table, #plain, #key, #explicit)
                }
            }
        };
        // A free function with a turbofish, so that a type that cannot be stored
        // is reported once, at its own place.
        let make = Paths::at(&quote!(__rt::field::), ty.span());
        let (default, or) = match &field.kind {
            Kind::Default(value) => {
                let (owner, default) = (self.owner, default(field));
                let or = quote!(.or(#owner::#default));
                (Some(quote!(fn #default() -> #ty { #value })), Some(or))
            }
            _ => (None, None),
        };
        quote! {
            const #constant: __rt::Field<#ty> = #make<#ty>(#key) #or;
            #default
        }
    }
}
