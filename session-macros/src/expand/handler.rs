//! A route handler with a session of its own.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{FnArg, Ident, Pat, Path, ReturnType, Signature};

use super::schema;
use crate::model::{Function, Handler, Kind, Schema};
use crate::paths::Paths;

/// The session parameter gets its type. Where something may be required, the
/// handler moves into a wrapper that asks first.
pub(crate) fn handler(schema: &Schema, handler: &Handler) -> TokenStream {
    let Paths { rt } = Paths::new(schema);
    let Function { attrs, vis, sig, body } = &handler.function;
    let (hidden, declared) = schema::hidden(schema, &sig.ident);
    let full = with_schema(&handler.session, &hidden);

    // An alias without generic arguments, made of the user's own token: Rocket
    // checks the types in the signature with code that would make an import of
    // `Session` look unused, and names `Some` where it may mean something else.
    let token = handler.session.segments.last().map_or(sig.ident.span(), |s| s.ident.span());
    let alias = format_ident!("__Session_{}", sig.ident.unraw(), span = token);
    let wrapped = schema.base.is_some() || schema.requires();
    let alias_of = if wrapped { quote!(<#full as #rt::Deferred>::Pending) } else { full.clone() };
    let declared = quote! {
        #declared
        #[doc(hidden)]
        #[allow(non_camel_case_types, private_interfaces)]
        #vis type #alias = #alias_of;
    };

    let mut outer = sig.clone();
    set_type(&mut outer, handler.parameter, &quote!(#alias));
    let names = names(sig);
    if wrapped && names.is_none() {
        // Rocket says which parameters it takes; the body would only add to it.
        return quote!(#declared #(#attrs)* #[allow(unused)] #vis #outer { loop {} });
    }
    let Some(names) = names.filter(|_| wrapped) else {
        return quote!(#declared #(#attrs)* #[allow(private_interfaces)] #vis #outer #body);
    };

    let mut inner = sig.clone();
    inner.ident = inner_name(&sig.ident);
    set_type(&mut inner, handler.parameter, &full);
    inner.inputs.iter_mut().for_each(strip_attributes);
    outer.inputs.iter_mut().for_each(strip_mut);
    handler.body.into_iter().for_each(|body| after_else(&mut outer, body, &rt, &hidden));
    outer.output = wrapped_output(sig, &rt, &hidden);
    let session = &names[handler.parameter];
    let call = call(schema, handler, &hidden, session, &names);
    quote! {
        #declared
        #(#attrs)*
        #[allow(private_interfaces, clippy::type_complexity)]
        #vis #outer {
            #inner #body
            #call
        }
    }
}

/// Not the handler's own: a parameter may have that.
pub(super) fn inner_name(name: &Ident) -> Ident {
    format_ident!("__{}_with_session", name.unraw(), span = name.span())
}

/// Runs the inner function with the session, or answers for what is missing.
pub(super) fn call(
    schema: &Schema,
    handler: &Handler,
    hidden: &Ident,
    session: &Ident,
    names: &[Ident],
) -> TokenStream {
    let Paths { rt } = Paths::new(schema);
    let sig = &handler.function.sig;
    let (name, base) = (inner_name(&sig.ident), schema::base(schema));
    let [opened, read, missing, answer] =
        ["opened", "read", "missing", "answer"].map(schema::local);
    let dot_await = sig.asyncness.map(|_| quote!(.await));
    let arguments = names.iter().enumerate().map(|(index, name)| match index {
        index if index == handler.parameter => &opened,
        index if Some(index) == handler.body => &read,
        _ => name,
    });
    let body = handler.body.map(|body| &names[body]);
    let (asked, proven) = match body {
        Some(body) => (quote!(#body.open()), quote!((#opened, #read))),
        None => (quote!(#session.open()), opened.to_token_stream()),
    };
    // In an `else`, the parameters are as the handler declared them, without
    // the body, and the session one that requires nothing.
    let mutable = sig.inputs.iter().zip(names).enumerate();
    let mutable = mutable.filter(|(index, (input, _))| {
        *index != handler.parameter && Some(*index) != handler.body && is_mut(input)
    });
    let mutable = mutable.map(|(_, (_, name))| {
        quote! {
            let mut #name = #name;
            let _ = &mut #name;
        }
    });
    let unread = body.map(|body| {
        quote! {
            let #body = #rt::BodyNotReadYet;
            let _ = &#body;
        }
    });
    let rebind = quote! {
        #[allow(unused_mut)]
        let mut #session = #session.partial();
        let _ = &mut #session;
        #(#mutable)*
        #unread
    };
    let answers = schema.fields.iter().filter_map(|field| {
        let Kind::Else(answer, _) = &field.kind else { return None };
        let plain = field.name.unraw().to_string();
        let reject = schema::reject(&rt, answer);
        Some(quote!(#plain => { #rebind #reject }))
    });
    quote! {
        match #asked {
            ::core::result::Result::Ok(#proven) => {
                <<#hidden as #rt::Schema>::Missing as #rt::Requirement>::ran(
                    #name(#(#arguments),*) #dot_await
                )
            }
            #[allow(unreachable_patterns, unreachable_code)]
            ::core::result::Result::Err(#missing) => {
                let #answer = match #rt::Requirement::missing(&#missing).0 {
                    #(#answers)*
                    #missing => <#base as #rt::Refuse>::refuse(
                        #rt::Missing(#missing), #session.handle(),
                    ),
                };
                #rt::Requirement::refused(#missing, #answer)
            }
        }
    }
}

/// `Session` as the user wrote it, with the schema filled in.
pub(super) fn with_schema(session: &Path, hidden: &Ident) -> TokenStream {
    quote!(#session<#hidden>)
}

/// Puts the `else` before the parameter that is made from the body. Rocket's
/// own code takes the place of its names from the type's first token, and
/// errors are reported there: it is the user's.
fn after_else(sig: &mut Signature, body: usize, rt: &TokenStream, hidden: &Ident) {
    let Some(FnArg::Typed(argument)) = sig.inputs.get(body) else { return };
    let ty = &argument.ty;
    let rt = rt.clone().into_iter().map(|mut tree| {
        tree.set_span(ty.span());
        tree
    });
    let ty = quote_spanned!(ty.span() => #(#rt)*::AfterElse<#ty, #hidden>);
    set_type(sig, body, &ty);
}

/// What the wrapper returns: what the handler returns, or that or a rejection.
pub(super) fn wrapped_output(sig: &Signature, rt: &TokenStream, hidden: &Ident) -> ReturnType {
    let (ty, span) = match &sig.output {
        ReturnType::Default => (quote!(()), sig.ident.span()),
        ReturnType::Type(_, ty) => (ty.to_token_stream(), ty.span()),
    };
    let wrapped = quote_spanned! { span =>
        <<#hidden as #rt::Schema>::Missing as #rt::Requirement>::Out<#ty>
    };
    syn::parse_quote!(-> #wrapped)
}

/// The parameters' names, if all have one. Rocket refuses others itself.
fn names(sig: &Signature) -> Option<Vec<Ident>> {
    sig.inputs
        .iter()
        .map(|input| match input {
            FnArg::Typed(argument) => match &*argument.pat {
                Pat::Ident(pat) if pat.by_ref.is_none() && pat.subpat.is_none() => {
                    Some(pat.ident.clone())
                }
                _ => None,
            },
            FnArg::Receiver(_) => None,
        })
        .collect()
}

pub(super) fn set_type(sig: &mut Signature, index: usize, ty: &TokenStream) {
    if let Some(FnArg::Typed(argument)) = sig.inputs.get_mut(index) {
        *argument.ty = syn::Type::Verbatim(ty.clone());
    }
}

pub(super) fn is_mut(input: &FnArg) -> bool {
    matches!(input, FnArg::Typed(argument)
        if matches!(&*argument.pat, Pat::Ident(pat) if pat.mutability.is_some()))
}

/// The wrapper only passes its parameters on.
fn strip_mut(input: &mut FnArg) {
    if let FnArg::Typed(argument) = input
        && let Pat::Ident(pat) = &mut *argument.pat
    {
        pat.mutability = None;
    }
}

fn strip_attributes(input: &mut FnArg) {
    if let FnArg::Typed(argument) = input {
        argument.attrs.clear();
    }
}
