//! The names of generated items. They begin with two underscores, to avoid
//! conflicts with the user's fields and constants.

use proc_macro2::Span;
use quote::format_ident;
use syn::Ident;
use syn::ext::IdentExt as _;

use crate::model::Field;

/// The name of a field as people write it.
pub(super) fn plain(field: &Field) -> String {
    field.name.unraw().to_string()
}

/// The struct's field with the value of a field that is always present.
pub(super) fn slot(field: &Field) -> Ident {
    format_ident!("__slot_{}", field.name.unraw(), span = Span::call_site())
}

/// The constant that describes the field.
pub(super) fn constant(field: &Field) -> Ident {
    format_ident!("__field_{}", field.name.unraw(), span = Span::call_site())
}

/// The constant that describes a loaded field.
pub(super) fn loads(field: &Field) -> Ident {
    format_ident!("__loads_{}", field.name.unraw(), span = Span::call_site())
}

/// The function that makes the field's default.
pub(super) fn default(field: &Field) -> Ident {
    format_ident!("__default_{}", field.name.unraw(), span = Span::call_site())
}

/// A variable of the macro. Its span hides it from the user's expressions. The
/// underscores keep it apart from the user's constants, which would turn it into a
/// constant pattern.
pub(super) fn local(name: &str) -> Ident {
    format_ident!("__{name}", span = Span::mixed_site())
}
