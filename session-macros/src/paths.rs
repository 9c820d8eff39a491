//! The names that generated code reaches the runtime by.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::quote;

use crate::model::Schema;

/// Absolute, whatever `Option` or `Result` mean where the code lands.
pub(crate) struct Paths {
    /// The hidden module of the runtime crate.
    pub(crate) rt: TokenStream,
}

impl Paths {
    pub(crate) fn new(schema: &Schema) -> Paths {
        let krate = &schema.krate;
        Paths { rt: quote!(#krate::__private) }
    }

    /// The same tokens at another place, so that an error about what is done
    /// with them there points at it.
    pub(crate) fn at(tokens: &TokenStream, span: Span) -> TokenStream {
        let respan = |mut tree: TokenTree| {
            tree.set_span(span.resolved_at(tree.span()));
            tree
        };
        tokens.clone().into_iter().map(respan).collect()
    }
}
