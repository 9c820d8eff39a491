//! The two forms of a schema, and their names.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::{Ident, Visibility};

use crate::model::{Field, Kind, Schema};
use crate::paths::Paths;

/// A schema as it was declared, or its form for an `else`, where nothing is
/// required.
pub(super) struct Form<'a> {
    pub(super) schema: &'a Schema,
    /// The name of the declared schema, which has the constants and defaults.
    pub(super) owner: &'a Ident,
    /// Its name in messages.
    pub(super) shown: String,
    pub(super) vis: &'a Visibility,
    /// The form's name, if this is the form for an `else`.
    pub(super) in_else: Option<&'a Ident>,
}

impl<'a> Form<'a> {
    pub(super) fn partial(&self, name: &'a Ident) -> Form<'a> {
        Form { in_else: Some(name), shown: self.shown.clone(), ..*self }
    }

    pub(super) fn fields(&self) -> impl Iterator<Item = &'a Field> {
        self.schema.fields.iter()
    }

    pub(super) fn requires(&self, field: &Field) -> bool {
        self.in_else.is_none() && matches!(field.kind, Kind::Else(..))
    }

    /// The type of the field's slot. A stored field that may be absent has none; it is
    /// read from the session.
    pub(super) fn slot(&self, field: &Field) -> Option<Ident> {
        if !field.is_stored() {
            return Some(format_ident!("Loaded"));
        }
        match field.kind {
            Kind::Default(_) => Some(format_ident!("Defaulted")),
            Kind::Else(..) if self.requires(field) => Some(format_ident!("Required")),
            Kind::Else(..) | Kind::Optional => None,
        }
    }

    pub(super) fn name(&self) -> &'a Ident {
        self.in_else.unwrap_or(self.owner)
    }

    /// Whether it takes its base as a parameter. Only the compiler knows the base's
    /// form for an `else`. If the base is not a schema, naming that form as a field's
    /// type would be reported many times.
    pub(super) fn is_generic(&self) -> bool {
        self.in_else.is_some() && self.schema.base.is_some()
    }

    /// Its type, with the base filled in.
    pub(super) fn ty(&self) -> TokenStream {
        let name = self.name();
        let base = self.is_generic().then(|| Paths::of_base(self.schema, "Partial"));
        let base = base.into_iter();
        quote!(#name #(<#base>)*)
    }

    /// The start of an `impl` for it, of a trait or inherent.
    pub(super) fn impl_(&self, of: Option<&str>) -> TokenStream {
        let name = self.name();
        let of = of.map(|name| format_ident!("{name}")).into_iter();
        let of = quote!(#(__rt::#of for)*);
        match self.is_generic() {
            true => quote!(impl<__Base: __rt::Generated> #of #name<__Base>),
            false => quote!(impl #of #name),
        }
    }

    pub(super) fn base(&self) -> TokenStream {
        match (&self.schema.base, self.is_generic()) {
            (_, true) => quote!(__Base),
            (Some(base), false) => base.to_token_stream(),
            (None, false) => quote!(__rt::AnySession),
        }
    }
}
