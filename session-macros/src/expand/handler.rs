//! Generates a route handler with its own list of fields.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{FnArg, Ident, Pat, Path, ReturnType, Signature};

use super::names::local;
use super::{answers, schema};
use crate::model::{Function, Handler, Kind, Schema};
use crate::paths::Paths;

/// Gives the session parameter its type. If a field may be required, the handler
/// moves into a wrapper that checks for it first.
pub(super) fn handler(schema: &Schema, handler: &Handler) -> TokenStream {
    let Paths { rt } = Paths::new(schema);
    let Function { attrs, vis, sig, body } = &handler.function;
    let Names { fields, alias, .. } = Names::of(handler);
    let full = with_schema(&handler.session, &fields);
    let wrapped = schema.base.is_some() || schema.requires();
    let alias_of = if wrapped { quote!(#rt::Pending<#fields>) } else { full.clone() };
    let declared = declared(schema, handler);
    let declared = quote! {
        #declared
        #[doc(hidden)]
        #[allow(non_camel_case_types, private_interfaces)]
        #vis type #alias = #alias_of;
    };

    let mut outer = sig.clone();
    set_type(&mut outer, handler.parameter, &quote!(#alias));
    let names = parameters(sig);
    if wrapped && names.is_none() {
        // Rocket reports the unsuitable parameters. The body would only add errors.
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
    handler.body.into_iter().for_each(|body| after_else(&mut outer, body, &rt, &fields));
    outer.output = wrapped_output(sig, &rt);
    let session = &names[handler.parameter];
    let call = call(schema, handler, session, &names);
    let import = Paths::import(schema);
    quote! {
        #declared
        #(#attrs)*
        #[allow(private_interfaces, clippy::type_complexity)]
        #vis #outer {
            #import
            #inner #body
            #call
        }
    }
}

/// The names of the items generated for a handler. They appear in compiler errors.
pub(super) struct Names {
    /// The schema of the handler's list.
    pub(super) fields: Ident,
    /// The type of the session parameter for Rocket: an alias without generic
    /// arguments, with the span of the user's token. Rocket's checks of the types in
    /// a signature would otherwise make an import of `Session` look unused, and use
    /// `Some` where it may mean something else.
    alias: Ident,
}

impl Names {
    pub(super) fn of(handler: &Handler) -> Names {
        let name = &handler.function.sig.ident;
        let token = handler.session.segments.last().map_or(name.span(), |s| s.ident.span());
        let of_handler = camel_case(&name.unraw().to_string());
        Names {
            fields: format_ident!("FieldsOf{of_handler}", span = name.span()),
            alias: format_ident!("SessionOf{of_handler}", span = token),
        }
    }
}

/// Turns `add_item` into `AddItem`. All other underscores stay, so that `list` and
/// `list_`, or `v1_1` and `v11`, get different names.
fn camel_case(name: &str) -> String {
    let mut camel = String::new();
    for (index, word) in name.split('_').enumerate() {
        let mut chars = word.chars();
        let Some(first) = chars.next() else {
            camel.push('_');
            continue;
        };
        if index > 0 && !first.is_lowercase() {
            camel.push('_');
        }
        camel.extend(first.to_uppercase());
        camel.push_str(chars.as_str());
    }
    camel
}

/// The schema of the handler's list.
pub(super) fn declared(schema: &Schema, handler: &Handler) -> TokenStream {
    let sig = &handler.function.sig;
    let session = sig.inputs.get(handler.parameter).and_then(parameter);
    let looks = session.is_some_and(|session| {
        let mut answers = schema.fields.iter().filter_map(|field| match &field.kind {
            Kind::Else(answer, _) => Some(answer),
            _ => None,
        });
        answers.any(|answer| answers::mentions(answer, session))
    });
    schema::hidden(schema, &Names::of(handler).fields, sig.ident.unraw().to_string(), looks)
}

/// The inner function's name. The handler's own would conflict with a parameter of
/// that name.
pub(super) fn inner_name(name: &Ident) -> Ident {
    format_ident!("__{}_with_session", name.unraw(), span = name.span())
}

/// Runs the inner function with the session, or responds for the missing field.
pub(super) fn call(
    schema: &Schema,
    handler: &Handler,
    session: &Ident,
    names: &[Ident],
) -> TokenStream {
    let sig = &handler.function.sig;
    let name = inner_name(&sig.ident);
    let [opened, read, missing] = ["opened", "read", "missing"].map(local);
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
    let mutable = sig.inputs.iter().zip(names).enumerate();
    let mutable: Vec<_> = mutable
        .filter(|(index, (input, _))| {
            *index != handler.parameter && Some(*index) != handler.body && is_mut(input)
        })
        .map(|(_, (_, name))| name)
        .collect();
    // An `else` sees the handler's parameters, except for the body, and a session
    // that requires nothing.
    let see = |answer: &syn::Expr, _| {
        let looks = answers::mentions(answer, session).then(|| {
            quote! {
                #[allow(unused_mut)]
                let mut #session = #session.partial();
                let _ = &mut #session;
            }
        });
        let unread = body.filter(|body| answers::mentions(answer, body)).map(|body| {
            quote! {
                let #body = __rt::BodyNotReadYet;
                let _ = &#body;
            }
        });
        let mutable = mutable.iter().filter(|name| answers::mentions(answer, name));
        let mutable = mutable.map(|name| {
            quote! {
                let mut #name = #name;
                let _ = &mut #name;
            }
        });
        Some(quote!(#looks #(#mutable)* #unread))
    };
    let answer = answers::of_fields(schema, &quote!(#missing.0), &quote!(#session.handle()), see);
    quote! {
        match #asked {
            __rt::Result::Ok(#proven) => __rt::OrElse::Ran(#name(#(#arguments),*) #dot_await),
            __rt::Result::Err(#missing) => __rt::OrElse::Refused(#answer),
        }
    }
}

/// `Session` as the user wrote it, with the schema filled in.
pub(super) fn with_schema(session: &Path, fields: &Ident) -> TokenStream {
    quote!(#session<#fields>)
}

/// Puts the `else` before the parameter for the body. Rocket reports errors at the
/// first token of the parameter's type, so that keeps the user's span.
fn after_else(sig: &mut Signature, body: usize, rt: &TokenStream, fields: &Ident) {
    let Some(FnArg::Typed(argument)) = sig.inputs.get(body) else { return };
    let ty = &argument.ty;
    let rt = rt.clone().into_iter().map(|mut tree| {
        tree.set_span(ty.span());
        tree
    });
    let ty = quote_spanned!(ty.span() => #(#rt)*::AfterElse<#ty, #fields>);
    set_type(sig, body, &ty);
}

/// The wrapper's return type: what the handler returns, or the response of an `else`.
pub(super) fn wrapped_output(sig: &Signature, rt: &TokenStream) -> ReturnType {
    let (ty, span) = match &sig.output {
        ReturnType::Default => (quote!(()), sig.ident.span()),
        ReturnType::Type(_, ty) => (ty.to_token_stream(), ty.span()),
    };
    let or_else = Paths::at(&quote!(#rt::OrElse), span);
    let wrapped = quote_spanned!(span => #or_else<#ty>);
    syn::parse_quote!(-> #wrapped)
}

/// The parameters' names, if all have one. Otherwise Rocket reports an error.
fn parameters(sig: &Signature) -> Option<Vec<Ident>> {
    sig.inputs.iter().map(|input| parameter(input).cloned()).collect()
}

fn parameter(input: &FnArg) -> Option<&Ident> {
    match input {
        FnArg::Typed(argument) => match &*argument.pat {
            Pat::Ident(pat) if pat.by_ref.is_none() && pat.subpat.is_none() => Some(&pat.ident),
            _ => None,
        },
        FnArg::Receiver(_) => None,
    }
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

/// Removes `mut` in the wrapper, which only passes its parameters on.
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
