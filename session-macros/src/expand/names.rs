//! The names of what is generated. Two underscores keep them out of the way
//! of fields and constants of the user's.

use proc_macro2::Span;
use quote::format_ident;
use syn::Ident;
use syn::ext::IdentExt as _;

use crate::model::Field;

/// The name of a field as people write it.
pub(super) fn plain(field: &Field) -> String {
    field.name.unraw().to_string()
}

/// The field of the struct that keeps what is read of the session's.
pub(super) fn slot(field: &Field) -> Ident {
    format_ident!("__slot_{}", field.name.unraw(), span = Span::call_site())
}

/// What the code knows about the field.
pub(super) fn constant(field: &Field) -> Ident {
    format_ident!("__field_{}", field.name.unraw(), span = Span::call_site())
}

/// The function that makes its default.
pub(super) fn default(field: &Field) -> Ident {
    format_ident!("__default_{}", field.name.unraw(), span = Span::call_site())
}

/// A variable of the macro's own. The span keeps it from the user's
/// expressions, and the underscores from a constant of the user's, which would
/// be taken for a pattern.
pub(super) fn local(name: &str) -> Ident {
    format_ident!("__{name}", span = Span::mixed_site())
}
