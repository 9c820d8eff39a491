//! The paths by which generated code reaches the runtime.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned as _;

use crate::model::Schema;

/// Absolute paths, which work whatever `Option` or `Result` mean in the user's
/// module.
pub(crate) struct Paths {
    /// The hidden module of the runtime crate.
    pub(crate) rt: TokenStream,
}

impl Paths {
    pub(crate) fn new(schema: &Schema) -> Paths {
        let krate = &schema.krate;
        Paths { rt: quote!(#krate::__private) }
    }

    /// Imports that module under a short name.
    pub(crate) fn import(schema: &Schema) -> TokenStream {
        let Paths { rt } = Paths::new(schema);
        quote!(use #rt as __rt;)
    }

    /// An item of the base, or of `AnySession` if there is none.
    ///
    /// All uses have the same form and the place where the user named the base. If the
    /// base is not a schema, all give the same error, which the compiler reports once.
    pub(crate) fn of_base(schema: &Schema, item: &str) -> TokenStream {
        let base = schema.base.as_ref().map_or(quote!(__rt::AnySession), |b| b.to_token_stream());
        let span = schema.base.as_ref().map_or_else(Span::call_site, |base| base.span());
        let item = format_ident!("{item}", span = span);
        quote_spanned!(span => <#base as __rt::Generated>::#item)
    }

    /// The same tokens with another span, so that errors about their use point there.
    pub(crate) fn at(tokens: &TokenStream, span: Span) -> TokenStream {
        let respan = |mut tree: TokenTree| {
            tree.set_span(span.resolved_at(tree.span()));
            tree
        };
        tokens.clone().into_iter().map(respan).collect()
    }
}
