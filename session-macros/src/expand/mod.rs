//! Generates code from the model.

mod accessors;
mod again;
mod answers;
mod catcher;
mod form;
mod generated;
mod handler;
mod loaded;
mod names;
mod schema;

use proc_macro2::TokenStream;

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
