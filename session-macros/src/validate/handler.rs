//! Checks a handler and its session parameter.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{FnArg, parse_quote};

use super::parameter::{Mention, mentions_session};
use super::types::{has_ident, text};
use crate::body;
use crate::message::{Errors, Message};
use crate::model::{Function, Handler, Role, Target};

/// `usable` is false if there was an error already. Then the handler's body is left
/// out, because it may use fields that could not be declared.
pub(super) fn handler(function: Function, mut usable: bool, errors: &mut Errors) -> Target {
    let Some(role) = role(&function) else {
        errors.push(&function.sig.ident, Message::NoRoute);
        // Rocket may have expanded already, so the signature stays as it is.
        return Target::Unusable(stub(function));
    };
    let found: Vec<_> = function
        .sig
        .inputs
        .iter()
        .enumerate()
        .filter_map(|(index, argument)| match argument {
            FnArg::Typed(argument) => Some((index, mentions_session(&argument.ty)?, argument)),
            FnArg::Receiver(_) => None,
        })
        .collect();
    let bare = found.iter().find_map(|(_, mention, argument)| match mention {
        Mention::Bare(_) => Some(text(&argument.pat)),
        _ => None,
    });
    let is_found = !found.is_empty();
    let (mut parameter, mut is_typed) = (None, false);
    for (index, mention, argument) in found {
        let message = match (mention, &bare) {
            (Mention::Bare(path), _) if parameter.is_none() => {
                parameter = Some((index, path));
                continue;
            }
            (Mention::Bare(_), _) => Message::SecondParameter,
            (Mention::Typed { schema, .. }, Some(session)) => Message::SecondTypedParameter {
                session: session.trim_start_matches("mut ").to_owned(),
                schema,
            },
            (Mention::Typed { .. }, None) if is_typed => Message::SecondParameter,
            (Mention::Typed { .. }, None) => {
                is_typed = true;
                Message::TypedParameter
            }
            (Mention::Wrapped(_), _) => Message::WrappedParameter(text(&argument.ty)),
        };
        errors.push(&argument.ty, message);
        usable = false;
    }
    if function.sig.generics.type_params().next().is_some() {
        errors.push(&function.sig.generics, Message::GenericFunction);
        usable = false;
    }
    match parameter {
        Some((parameter, session)) if usable => {
            let route = function.attrs.iter().find(|a| attribute_role(a) == Some(Role::Route));
            let body = route.and_then(|route| body::parameter(route, &function.sig));
            let body = body.filter(|body| *body != parameter);
            Target::Handler(Box::new(Handler { function, role, parameter, session, body }))
        }
        _ => {
            if !is_found && usable {
                let names = function.sig.inputs.iter().map(text).collect::<Vec<_>>().join(", ");
                let found = if names.is_empty() { names } else { format!("found `{names}`") };
                errors.push(&function.sig.ident, Message::NoParameter(found));
            }
            Target::Unusable(stub(without_sessions(function, role)))
        }
    }
}

/// The function without its body, which uses a missing session and would only add
/// further errors.
fn stub(function: Function) -> TokenStream {
    let Function { attrs, vis, mut sig, .. } = function;
    if has_ident(sig.output.to_token_stream(), "impl") {
        sig.output = syn::ReturnType::Default;
        return quote!(#(#attrs)* #[allow(unused)] #vis #sig {});
    }
    quote!(#(#attrs)* #[allow(unused)] #vis #sig { loop {} })
}

/// The function with parameters that Rocket accepts.
fn without_sessions(mut function: Function, role: Role) -> Function {
    let is_session = |input: &FnArg| matches!(input, FnArg::Typed(argument) if mentions_session(&argument.ty).is_some());
    let inputs = std::mem::take(&mut function.sig.inputs);
    let kept = inputs.into_iter().filter_map(|mut input| match &mut input {
        session if is_session(session) && role == Role::Catcher => None,
        FnArg::Typed(argument) if mentions_session(&argument.ty).is_some() => {
            if let Some(path) = mentions_session(&argument.ty).map(Mention::into_path) {
                *argument.ty = parse_quote!(#path);
            }
            Some(input)
        }
        _ => Some(input),
    });
    function.sig.inputs = kept.collect();
    function
}

fn role(function: &Function) -> Option<Role> {
    function.attrs.iter().find_map(attribute_role)
}

fn attribute_role(attribute: &syn::Attribute) -> Option<Role> {
    const ROUTES: &[&str] = &["get", "put", "post", "delete", "head", "patch", "options", "route"];
    let name = attribute.path().segments.last()?.ident.to_string();
    match name.as_str() {
        "catch" => Some(Role::Catcher),
        name if ROUTES.contains(&name) => Some(Role::Route),
        _ => None,
    }
}
