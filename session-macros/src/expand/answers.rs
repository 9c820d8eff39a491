//! The responses of `else`.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{Expr, Ident};

use super::names::{local, plain};
use crate::model::{Kind, Schema};
use crate::paths::Paths;

/// The responses of a schema's `else` fields, then those of its base.
pub(super) fn refuse(schema: &Schema, name: &Ident) -> TokenStream {
    let [missing, handle] = ["missing", "handle"].map(local);
    let answers =
        of_fields(schema, &missing.to_token_stream(), &handle.to_token_stream(), |answer, word| {
            let session = Ident::new("session", word);
            mentions(answer, &session).then(|| {
                quote! {
                    let mut #session = __rt::partial::<Self>(#handle);
                    let _ = &mut #session;
                }
            })
        });
    quote! {
        impl __rt::Refuse for #name {
            fn refuse(#missing: &__rt::str, #handle: &__rt::Handle) -> __rt::Rejection { #answers }
        }
    }
}

/// The response for the field `missing`. `see` generates the variables that the
/// `else` uses, unless they exist already.
pub(super) fn of_fields(
    schema: &Schema,
    missing: &TokenStream,
    handle: &TokenStream,
    see: impl Fn(&Expr, Span) -> Option<TokenStream>,
) -> TokenStream {
    let base = Paths::of_base(schema, "Itself");
    let mut answers = schema.fields.iter().filter_map(|field| {
        let Kind::Else(answer, word) = &field.kind else { return None };
        let (plain, seen, reject) = (plain(field), see(answer, *word), reject(answer));
        Some(quote!(#plain => { #seen #reject }))
    });
    let span = schema.base.as_ref().map_or_else(Span::call_site, |base| base.span());
    let of_base = quote_spanned!(span => <#base as __rt::Refuse>::refuse);
    let of_base = quote!(#of_base(#missing, #handle));
    match answers.next() {
        Some(first) => quote!(match #missing { #first #(#answers)* _ => #of_base }),
        None => of_base,
    }
}

/// The response of an `else`, boxed.
fn reject(answer: &Expr) -> TokenStream {
    let (rt, rejection) = (Paths::at(&quote!(__rt::reject), answer.span()), local("rejection"));
    let reject = quote_spanned!(answer.span() => #rt(#answer));
    quote! {
        #[allow(unused_braces, unused_parens)]
        let #rejection = #reject;
        #rejection
    }
}

/// Whether the name occurs in the expression, as an identifier or inside a literal,
/// which may be a format string.
pub(super) fn mentions(answer: &Expr, name: &Ident) -> bool {
    is_in(answer.to_token_stream(), &name.unraw())
}

fn is_in(tokens: TokenStream, name: &Ident) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Group(group) => is_in(group.stream(), name),
        TokenTree::Ident(ident) => ident.unraw() == *name,
        TokenTree::Literal(literal) => literal.to_string().contains(&name.to_string()),
        TokenTree::Punct(_) => false,
    })
}
