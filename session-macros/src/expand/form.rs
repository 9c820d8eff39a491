//! The two forms of a schema, and what both are called.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::{Ident, Visibility};

use crate::model::{Field, Kind, Schema};
use crate::paths::Paths;

/// A schema as it was declared, or with nothing required, as an `else` sees it.
pub(super) struct Form<'a> {
    pub(super) schema: &'a Schema,
    /// The schema as it was declared, which has the constants and defaults.
    pub(super) owner: &'a Ident,
    /// What messages call it.
    pub(super) shown: String,
    pub(super) vis: &'a Visibility,
    /// The name of the form for an `else`, if this is that.
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

    /// The type of its slot, if it has one: what is read of a field that may be
    /// absent is in the session.
    pub(super) fn slot(&self, field: &Field) -> Option<Ident> {
        match field.kind {
            Kind::Default(_) => Some(format_ident!("Defaulted")),
            Kind::Else(..) if self.requires(field) => Some(format_ident!("Required")),
            Kind::Else(..) | Kind::Optional => None,
        }
    }

    pub(super) fn name(&self) -> &'a Ident {
        self.in_else.unwrap_or(self.owner)
    }

    /// Whether it takes its base as a parameter. What a base looks like in an
    /// `else`, only the compiler knows; as a field's type it would be reported
    /// many times if the base is no schema.
    pub(super) fn is_generic(&self) -> bool {
        self.in_else.is_some() && self.schema.base.is_some()
    }

    /// Its type, where it is no parameter's.
    pub(super) fn ty(&self) -> TokenStream {
        let name = self.name();
        let base = self.is_generic().then(|| Paths::of_base(self.schema, "Partial"));
        let base = base.into_iter();
        quote!(#name #(<#base>)*)
    }

    /// An `impl` for it, of a trait or of its own.
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
