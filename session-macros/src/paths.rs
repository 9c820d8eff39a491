//! The names that generated code reaches the runtime by.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned as _;

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

    /// Gives that module a short name in a block.
    pub(crate) fn import(schema: &Schema) -> TokenStream {
        let Paths { rt } = Paths::new(schema);
        quote!(use #rt as __rt;)
    }

    /// An item of the base, or of the schema that declares nothing.
    ///
    /// Each is written so, and has the place where the user named the base. If
    /// that is no schema, all are the same error, which the compiler says once.
    pub(crate) fn of_base(schema: &Schema, item: &str) -> TokenStream {
        let base = schema.base.as_ref().map_or(quote!(__rt::AnySession), |b| b.to_token_stream());
        let span = schema.base.as_ref().map_or_else(Span::call_site, |base| base.span());
        let item = format_ident!("{item}", span = span);
        quote_spanned!(span => <#base as __rt::Generated>::#item)
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
