//! From the model to code.

mod accessors;
mod again;
mod answers;
mod catcher;
mod generated;
mod handler;
mod schema;

use proc_macro2::{Span, TokenStream};
use quote::format_ident;
use syn::Ident;

use crate::model::{Role, Schema, Target};

pub(crate) fn expand(schema: &Schema, target: Target) -> TokenStream {
    match target {
        Target::Struct(item) => schema::public(schema, &item),
        Target::Handler(handler) if handler.role == Role::Catcher => {
            catcher::catcher(schema, &handler)
        }
        Target::Handler(handler) => handler::handler(schema, &handler),
        Target::Unusable(tokens) => tokens,
    }
}

/// A variable of the macro's own. The span keeps it from the user's
/// expressions, and the underscores from a constant of the user's, which would
/// be taken for a pattern.
fn local(name: &str) -> Ident {
    format_ident!("__{name}", span = Span::mixed_site())
}
