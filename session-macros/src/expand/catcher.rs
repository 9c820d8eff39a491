//! A catcher with a session. Rocket gives catchers no guards, so the parameter is
//! removed from the signature and made from the request.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::spanned::Spanned as _;
use syn::{FnArg, Ident, Pat, Token, Type, parse_quote};

use super::handler;
use super::names::local;
use crate::model::{Function, Handler, Schema};
use crate::paths::Paths;

pub(super) fn catcher(schema: &Schema, catcher: &Handler) -> TokenStream {
    let Paths { rt } = Paths::new(schema);
    let Function { attrs, vis, sig, body } = &catcher.function;
    let fields = handler::Names::of(catcher).fields;
    let declared = handler::declared(schema, catcher);

    let mut inner = sig.clone();
    inner.ident = handler::inner_name(&sig.ident);
    handler::set_type(
        &mut inner,
        catcher.parameter,
        &handler::with_schema(&catcher.session, &fields),
    );

    // The wrapper has the user's parameters without the session. If none is left,
    // it gets a request. Patterns are replaced by names.
    let mut outer = sig.clone();
    outer.asyncness = Some(Token![async](sig.fn_token.span()));
    let mut names = Vec::new();
    let mut inputs = Vec::new();
    for (index, input) in sig.inputs.iter().enumerate() {
        let name = name(input, index);
        if index != catcher.parameter {
            inputs.push(parameter(input, &name));
        }
        names.push(name);
    }
    let request = if inputs.is_empty() {
        let request = local("request");
        inputs.push(parse_quote!(#request: &#rt::Request<'_>));
        request
    } else {
        let last = names.iter().enumerate().rfind(|(index, _)| *index != catcher.parameter);
        last.map_or_else(|| local("request"), |(_, name)| name.clone())
    };
    outer.inputs = inputs.into_iter().collect();
    outer.output = handler::wrapped_output(sig, &rt);

    let session = &names[catcher.parameter];
    let call = handler::call(schema, catcher, session, &names);
    let import = Paths::import(schema);
    quote! {
        #declared
        #(#attrs)*
        #[allow(private_interfaces)]
        #vis #outer {
            #import
            #inner #body
            let #session = __rt::catcher::<#fields>(#request).await;
            #call
        }
    }
}

fn name(input: &FnArg, index: usize) -> Ident {
    match input {
        FnArg::Typed(argument) => match &*argument.pat {
            Pat::Ident(pat) => pat.ident.clone(),
            _ => local(&format!("argument_{index}")),
        },
        FnArg::Receiver(receiver) => Ident::new("receiver", receiver.span()),
    }
}

/// A parameter of the wrapper. Because that is async, `Request` needs an explicit
/// lifetime.
fn parameter(input: &FnArg, name: &Ident) -> FnArg {
    let FnArg::Typed(argument) = input else { return input.clone() };
    let mut ty = (*argument.ty).clone();
    if let Type::Reference(reference) = &mut ty
        && let Type::Path(path) = &mut *reference.elem
        && let Some(last) = path.path.segments.last_mut()
        && last.arguments.is_none()
    {
        last.arguments = syn::PathArguments::AngleBracketed(parse_quote!(<'_>));
    }
    let ty = ty.to_token_stream();
    parse_quote!(#name: #ty)
}
