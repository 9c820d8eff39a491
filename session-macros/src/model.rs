//! The checked model from which `expand` generates code. Its two smallest parts
//! need no check, and come from `parse` unchanged.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::ext::IdentExt as _;
use syn::{Attribute, Expr, FnArg, Ident, Pat, Path, Signature, Type, Visibility};

/// A list of fields that contradicts neither the grammar nor itself.
pub(crate) struct Schema {
    /// The path to the runtime crate.
    pub(crate) krate: Path,
    pub(crate) base: Option<Path>,
    pub(crate) fields: Vec<Field>,
    pub(crate) categories: Vec<Ident>,
}

pub(crate) struct Field {
    pub(crate) docs: Vec<Attribute>,
    pub(crate) name: Ident,
    /// The stored name, and whether it was given with `#[key]`.
    pub(crate) key: String,
    pub(crate) key_span: Span,
    pub(crate) explicit_key: bool,
    /// Whether it is marked `#[owner]`.
    pub(crate) owner: bool,
    pub(crate) ty: Type,
    pub(crate) shape: Shape,
    /// The field that it is loaded from. Then it is not stored.
    pub(crate) source: Option<Ident>,
    pub(crate) kind: Kind,
}

/// How the field is read while it is not set.
#[derive(Clone)]
pub(crate) enum Kind {
    Optional,
    Default(Expr),
    /// The response, and the place of the `else`.
    Else(Expr, Span),
}

/// How a field's type is read.
pub(crate) enum Shape {
    /// `String`, as `&str`.
    Str,
    /// `Vec<T>`, as `&[T]`.
    Slice(Box<Type>),
    /// Numbers, `bool` and `char`, by value.
    Copy,
    /// Anything else, by reference.
    Ref,
}

impl Field {
    pub(crate) fn is_stored(&self) -> bool {
        self.source.is_none()
    }
}

impl Schema {
    /// The fields that the session keeps.
    pub(crate) fn stored(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(|field| field.is_stored())
    }

    pub(crate) fn requires(&self) -> bool {
        self.fields.iter().any(|field| matches!(field.kind, Kind::Else(..)))
    }
}

/// A function whose body is not parsed, because it may be incomplete.
pub(crate) struct Function {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) sig: Signature,
    pub(crate) body: TokenStream,
}

impl ToTokens for Function {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Function { attrs, vis, sig, body } = self;
        tokens.extend(quote!(#(#attrs)* #vis #sig #body));
    }
}

/// A handler or a catcher with its session parameter found.
pub(crate) struct Handler {
    pub(crate) function: Function,
    pub(crate) role: Role,
    /// The index of the session parameter.
    pub(crate) parameter: usize,
    /// The type as the user wrote it, `Session` or a path to it.
    pub(crate) session: Path,
    /// The index of the parameter for the request's body.
    pub(crate) body: Option<usize>,
}

impl Handler {
    /// The name of the parameter for the request's body.
    pub(crate) fn body_name(&self) -> Option<Ident> {
        match self.function.sig.inputs.get(self.body?)? {
            FnArg::Typed(argument) => match &*argument.pat {
                Pat::Ident(pat) => Some(pat.ident.unraw()),
                _ => None,
            },
            FnArg::Receiver(_) => None,
        }
    }
}

/// What Rocket's attribute below makes of the function.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Route,
    Catcher,
}

/// The checked item under the attribute.
pub(crate) enum Target {
    Struct(Box<syn::ItemStruct>),
    Handler(Box<Handler>),
    /// The item has an error. It is emitted anyway, so that the rest of the program
    /// finds it.
    Unusable(TokenStream),
}
