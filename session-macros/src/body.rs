//! The parameter that a handler makes from the request's body.

use proc_macro2::TokenTree;
use syn::ext::IdentExt as _;
use syn::{Attribute, FnArg, LitStr, Pat, Signature};

/// The index of the parameter that the route attribute names as its `data`. A
/// name that is no parameter's is Rocket's to report.
pub(crate) fn parameter(route: &Attribute, sig: &Signature) -> Option<usize> {
    let mut tokens = route.meta.require_list().ok()?.tokens.clone().into_iter();
    tokens.find(|token| matches!(token, TokenTree::Ident(word) if word == "data"))?;
    tokens.next().filter(|token| matches!(token, TokenTree::Punct(p) if p.as_char() == '='))?;
    // One that came through a `macro_rules!` variable is in an invisible group,
    // which syn looks into.
    let value = syn::parse2::<LitStr>(tokens.next()?.into()).ok()?.value();
    let name = value.strip_prefix('<')?.strip_suffix('>')?;
    sig.inputs.iter().position(|input| match input {
        FnArg::Typed(argument) => {
            matches!(&*argument.pat, Pat::Ident(pat) if pat.ident.unraw() == name)
        }
        FnArg::Receiver(_) => false,
    })
}
