//! Checks which types of fields can be stored, and how each is read.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{GenericArgument, Path, PathArguments, Type, parse_quote};

use crate::message::{Errors, Message};
use crate::model::{Kind, Shape};

/// The types that are read by value.
const COPY: &[&str] = &[
    "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize", "f32",
    "f64", "bool", "char",
];

/// A type that can be stored, instead of the written one if that cannot. Then the
/// default is replaced, because it would have the wrong type.
pub(super) fn owned(ty: Type, kind: Kind, errors: &mut Errors) -> (Type, Kind) {
    if let Some(inner) = only_argument(&ty, "Option") {
        let text = text(&inner);
        let read = match shape(&inner) {
            Shape::Str => "&str".into(),
            Shape::Slice(element) => format!("&[{}]", self::text(&element)),
            Shape::Copy => text.clone(),
            Shape::Ref => format!("&{text}"),
        };
        errors.push(&ty, Message::OptionType { inner: text, read });
        return (inner, Kind::Optional);
    }
    let message = match &ty {
        Type::ImplTrait(_) => Message::Unnamed,
        _ if has_ident(ty.to_token_stream(), "_") => Message::Unnamed,
        Type::Reference(_) => Message::Borrowed,
        _ if borrows(ty.to_token_stream()) => Message::Borrowed,
        _ => return (ty, kind),
    };
    errors.push(&ty, message);
    let ty = match ty {
        Type::Reference(reference) => match &*reference.elem {
            Type::Path(path) if path.path.is_ident("str") => parse_quote!(::std::string::String),
            Type::Slice(slice) => {
                let element = &slice.elem;
                parse_quote!(::std::vec::Vec<#element>)
            }
            other => other.clone(),
        },
        // A unit avoids further errors about the type.
        _ => parse_quote!(()),
    };
    let kind = match kind {
        Kind::Default(_) => Kind::Default(parse_quote!(loop {})),
        kind => kind,
    };
    (ty, kind)
}

pub(super) fn has_ident(tokens: TokenStream, name: &str) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Group(group) => has_ident(group.stream(), name),
        TokenTree::Ident(ident) => ident == name,
        _ => false,
    })
}

/// Whether it contains a `&` or a lifetime other than `'static`.
fn borrows(tokens: TokenStream) -> bool {
    let mut quote = false;
    tokens.into_iter().any(|token| match token {
        TokenTree::Group(group) => borrows(group.stream()),
        TokenTree::Punct(punct) => {
            quote = punct.as_char() == '\'';
            punct.as_char() == '&'
        }
        TokenTree::Ident(name) => std::mem::take(&mut quote) && name != "static",
        TokenTree::Literal(_) => false,
    })
}

pub(super) fn shape(ty: &Type) -> Shape {
    if let Some(element) = only_argument(ty, "Vec") {
        return Shape::Slice(Box::new(element));
    }
    match ty {
        Type::Path(path) if path.qself.is_none() => {
            if is_std(&path.path, "String")
                && path.path.segments.last().is_some_and(|s| s.arguments.is_none())
            {
                Shape::Str
            } else if COPY.iter().any(|copy| path.path.is_ident(copy)) {
                Shape::Copy
            } else {
                Shape::Ref
            }
        }
        _ => Shape::Ref,
    }
}

/// Whether the path means the standard library's `name`: it is bare, or begins at
/// `std` or `alloc`.
fn is_std(path: &Path, name: &str) -> bool {
    let mut segments = path.segments.iter();
    let is_name = segments.next_back().is_some_and(|last| last.ident == name);
    let from = segments.next().map(|first| first.ident.to_string());
    is_name && from.is_none_or(|from| ["std", "alloc", "core"].contains(&from.as_str()))
}

/// `T` of `name<T>`.
fn only_argument(ty: &Type, name: &str) -> Option<Type> {
    let Type::Path(path) = ty else { return None };
    if path.qself.is_some() || !is_std(&path.path, name) {
        return None;
    }
    argument(&path.path)
}

/// `T` of `path<T>`.
pub(super) fn argument(path: &Path) -> Option<Type> {
    let PathArguments::AngleBracketed(arguments) = &path.segments.last()?.arguments else {
        return None;
    };
    match arguments.args.iter().collect::<Vec<_>>().as_slice() {
        [GenericArgument::Type(inner)] => Some(inner.clone()),
        _ => None,
    }
}

/// Unwraps a type from a `macro_rules!` variable, which is in an invisible group.
pub(super) fn ungroup(ty: Type) -> Type {
    match ty {
        Type::Group(group) => ungroup(*group.elem),
        Type::Paren(paren) => ungroup(*paren.elem),
        ty => ty,
    }
}

/// The tokens as a person would write them.
pub(super) fn text(tokens: &impl ToTokens) -> String {
    let text = tokens.to_token_stream().to_string();
    ["< ", " <", " >", " :: ", " ,", "& ", " :"]
        .iter()
        .fold(text, |text, spaced| text.replace(spaced, spaced.trim()))
}
