//! The rules, and all that breaks them at once, each on the user's own token.

use std::collections::HashMap;

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::ext::IdentExt as _;
use syn::{FnArg, GenericArgument, Ident, ItemStruct, Path, PathArguments, Type, parse_quote};

use crate::body;
use crate::message::{Errors, Message};
use crate::model::{Field, Function, Handler, Kind, Role, Schema, Shape, Target};
use crate::parse::{self, Item, List};

/// What every session can do, and what every value can be turned into: a field
/// of that name could not be reached.
const RESERVED: &[&str] = &[
    "clear",
    "renew",
    "is_empty",
    "is_permanent",
    "set_permanent",
    "set_lifetime",
    "flash",
    "flashes",
    "flashes_in",
    "peek_flashes",
    "view",
    "try_view",
    "loaded",
    "into",
    "try_into",
];

/// Stored names of the runtime's own.
const RESERVED_KEYS: &[&str] = &["_flashes", "_permanent", "_lifetime"];
/// Stored names that begin so, as well.
const RESERVED_PREFIX: &str = "_flash.";

/// Read by value.
const COPY: &[&str] = &[
    "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize", "f32",
    "f64", "bool", "char",
];

/// Checks the list, the item, and each against the other.
pub(crate) fn validate(list: List, item: Item, errors: &mut Errors) -> (Schema, Target) {
    let is_empty = list.is_empty();
    let mut schema = schema(list, errors);
    let target = target(item, is_empty, errors);
    answers(&mut schema, &target, errors);
    (schema, target)
}

/// Turns a list into a schema. What is wrong is reported and then left out or
/// put right, so that the program meets as few consequences as possible.
fn schema(list: List, errors: &mut Errors) -> Schema {
    if list.is_empty() {
        errors.push_at(Span::call_site(), Message::Empty);
    }
    let List { bases, crates, fields, categories, .. } = list;
    bases.iter().skip(1).for_each(|base| errors.push(base, Message::SecondBase));
    crates.iter().skip(1).for_each(|path| errors.push(path, Message::SecondCrate));

    let mut names = Names::default();
    let fields = fields.into_iter().filter_map(|field| names.field(field, errors)).collect();
    let categories =
        categories.into_iter().filter(|category| names.category(category, errors)).collect();
    Schema {
        krate: crates.into_iter().next().unwrap_or_else(|| parse_quote!(::session_runtime)),
        base: bases.into_iter().next(),
        fields,
        categories,
    }
}

/// The names that are taken so far.
#[derive(Default)]
struct Names {
    /// Methods, and the entry each came from.
    methods: HashMap<String, String>,
    fields: Vec<String>,
    /// Stored names, and the field of each.
    keys: HashMap<String, String>,
    categories: Vec<String>,
    owner: bool,
}

impl Names {
    fn field(&mut self, field: parse::Field, errors: &mut Errors) -> Option<Field> {
        let parse::Field { docs, key, owner, name, ty, kind } = field;
        let plain = name.unraw().to_string();
        if syn::parse_str::<Ident>(&name.to_string()).is_err() {
            errors.push(&name, Message::Keyword(name.to_string()));
            return None;
        }
        if self.fields.contains(&plain) {
            errors.push(&name, Message::DuplicateField(plain));
            return None;
        }
        self.fields.push(plain.clone());
        if RESERVED.contains(&plain.as_str()) {
            errors.push(&name, Message::ReservedName(plain));
            return None;
        }
        if plain.starts_with("__") {
            errors.push(&name, Message::Underscores);
            return None;
        }
        let methods = [
            plain.clone(),
            format!("set_{plain}"),
            format!("take_{plain}"),
            format!("{plain}_mut"),
        ];
        if !self.methods(&methods, &name, &plain, errors) {
            return None;
        }

        if let Some(owner) = &owner
            && std::mem::replace(&mut self.owner, true)
        {
            errors.push(owner, Message::SecondOwner);
        }
        let explicit_key = key.is_some();
        let key_span = key.as_ref().map_or(name.span(), |key| key.span());
        let key = key.map_or(plain.clone(), |key| key.value());
        if key.is_empty() {
            errors.push_at(key_span, Message::EmptyKey);
        } else if RESERVED_KEYS.contains(&key.as_str()) || key.starts_with(RESERVED_PREFIX) {
            errors.push_at(key_span, Message::ReservedKey(key.clone()));
        } else if let Some(other) = self.keys.insert(key.clone(), plain) {
            errors.push_at(key_span, Message::DuplicateKey(key.clone(), other));
        }
        let (ty, kind) = owned(ungroup(ty), kind, errors);
        let shape = shape(&ty);
        let owner = owner.is_some();
        Some(Field { docs, name, key, key_span, explicit_key, owner, ty, shape, kind })
    }

    fn category(&mut self, category: &Ident, errors: &mut Errors) -> bool {
        let plain = category.unraw().to_string();
        if self.categories.contains(&plain) {
            errors.push(category, Message::DuplicateCategory(plain));
            return false;
        }
        self.categories.push(plain.clone());
        self.methods(&[format!("flash_{plain}")], category, &format!("flash({plain})"), errors)
    }

    /// Takes the methods for `entry`, unless one of them is taken.
    fn methods(
        &mut self,
        methods: &[String],
        at: &Ident,
        entry: &str,
        errors: &mut Errors,
    ) -> bool {
        let taken = methods.iter().find_map(|method| {
            let own = RESERVED.contains(&method.as_str()).then(|| "every session".to_owned());
            let with = own.or_else(|| self.methods.get(method).cloned())?;
            Some((method.clone(), with))
        });
        if let Some((method, with)) = taken {
            errors.push(at, Message::Collision { method, with });
            return false;
        }
        self.methods.extend(methods.iter().map(|method| (method.clone(), format!("`{entry}`"))));
        true
    }
}

/// The type that can be stored in the place of the one that was written. Where
/// it is another, the default would not fit any more.
fn owned(ty: Type, kind: Kind, errors: &mut Errors) -> (Type, Kind) {
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
        // Nothing can be said of it that would not be a consequence.
        _ => parse_quote!(()),
    };
    let kind = match kind {
        Kind::Default(_) => Kind::Default(parse_quote!(loop {})),
        kind => kind,
    };
    (ty, kind)
}

fn has_ident(tokens: TokenStream, name: &str) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Group(group) => has_ident(group.stream(), name),
        TokenTree::Ident(ident) => ident == name,
        _ => false,
    })
}

/// Whether there is a `&` or a lifetime other than `'static` anywhere in it.
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

fn shape(ty: &Type) -> Shape {
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

/// Whether the path can only mean the standard library's `name`: alone, or
/// with a path that begins at `std` or `alloc`.
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
fn argument(path: &Path) -> Option<Type> {
    let PathArguments::AngleBracketed(arguments) = &path.segments.last()?.arguments else {
        return None;
    };
    match arguments.args.iter().collect::<Vec<_>>().as_slice() {
        [GenericArgument::Type(inner)] => Some(inner.clone()),
        _ => None,
    }
}

/// A type that came through a `macro_rules!` variable is in an invisible group.
fn ungroup(ty: Type) -> Type {
    match ty {
        Type::Group(group) => ungroup(*group.elem),
        Type::Paren(paren) => ungroup(*paren.elem),
        ty => ty,
    }
}

/// As a person would write it.
fn text(tokens: &impl ToTokens) -> String {
    let text = tokens.to_token_stream().to_string();
    ["< ", " <", " >", " :: ", " ,", "& ", " :"]
        .iter()
        .fold(text, |text, spaced| text.replace(spaced, spaced.trim()))
}

/// Takes out what an `else` of the list says of the handler's body.
fn answers(schema: &mut Schema, target: &Target, errors: &mut Errors) {
    let Target::Handler(handler) = target else { return };
    let Some(name) = handler.body_name() else { return };
    for field in &mut schema.fields {
        if let Kind::Else(answer, _) = &mut field.kind
            && let Some(named) = body::named_in(answer.to_token_stream(), &name)
        {
            errors.push(&named, Message::BodyInElse(name.to_string()));
            *answer = parse_quote!(());
        }
    }
}

/// What the attribute stands on, if it may.
fn target(item: Item, is_empty: bool, errors: &mut Errors) -> Target {
    match item {
        Item::Struct(mut item) => {
            second_list(&mut item.attrs, errors);
            structure(item, errors)
        }
        Item::Function(mut function) => {
            // A second list may be the one that declares the fields.
            let unchanged = is_empty.then(|| function.to_token_stream());
            let has_one_list = !second_list(&mut function.attrs, errors);
            match unchanged {
                Some(tokens) => Target::Unusable(tokens),
                None => handler(function, has_one_list, errors),
            }
        }
        Item::Other(tokens, span) => {
            errors.push_at(span, Message::NotHere);
            Target::Unusable(tokens)
        }
    }
}

/// Takes further `#[session(…)]` off an item that has one. Returns whether there
/// were any.
fn second_list(attrs: &mut Vec<syn::Attribute>, errors: &mut Errors) -> bool {
    let is_list = |attribute: &syn::Attribute| {
        attribute.path().segments.last().is_some_and(|name| name.ident == "session")
    };
    let further: Vec<_> = attrs.extract_if(.., |attribute| is_list(attribute)).collect();
    further.iter().for_each(|attribute| errors.push(attribute.path(), Message::SecondList));
    !further.is_empty()
}

fn structure(mut item: ItemStruct, errors: &mut Errors) -> Target {
    if !item.generics.params.is_empty() {
        errors.push(&item.generics, Message::GenericStruct);
        item.generics = syn::Generics::default();
    }
    match &item.fields {
        syn::Fields::Unit => {}
        fields => {
            errors.push(fields, Message::NotUnit);
            item.fields = syn::Fields::Unit;
        }
    }
    Target::Struct(Box::new(item))
}

/// `usable` is false where something was wrong already. Then the handler's body
/// is left out: the fields it uses may be those that are missing.
fn handler(function: Function, mut usable: bool, errors: &mut Errors) -> Target {
    let Some(role) = role(&function) else {
        errors.push(&function.sig.ident, Message::NoRoute);
        // Rocket may have expanded already: the signature stays as it is.
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

/// The function without its body, which uses a session that is not there and
/// would only add errors to the one that counts.
fn stub(function: Function) -> TokenStream {
    let Function { attrs, vis, mut sig, .. } = function;
    if has_ident(sig.output.to_token_stream(), "impl") {
        sig.output = syn::ReturnType::Default;
        return quote!(#(#attrs)* #[allow(unused)] #vis #sig {});
    }
    quote!(#(#attrs)* #[allow(unused)] #vis #sig { loop {} })
}

/// The function with parameters that Rocket takes.
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

/// How a parameter's type has to do with `Session`.
enum Mention {
    Bare(Path),
    /// With the generic argument taken off.
    Typed {
        bare: Path,
        schema: String,
    },
    /// Behind a reference, or in another type.
    Wrapped(Path),
}

impl Mention {
    fn into_path(self) -> Path {
        match self {
            Mention::Bare(path) | Mention::Typed { bare: path, .. } | Mention::Wrapped(path) => {
                path
            }
        }
    }
}

fn mentions_session(ty: &Type) -> Option<Mention> {
    match ty {
        Type::Group(group) => mentions_session(&group.elem),
        Type::Paren(paren) => mentions_session(&paren.elem),
        Type::Reference(reference) => {
            mentions_session(&reference.elem).map(|mention| Mention::Wrapped(mention.into_path()))
        }
        Type::Path(path) if path.qself.is_none() => {
            let last = path.path.segments.last()?;
            if last.ident == "Session" {
                let mut bare = path.path.clone();
                let arguments = &mut bare.segments.last_mut()?.arguments;
                return Some(match std::mem::replace(arguments, PathArguments::None) {
                    PathArguments::None => Mention::Bare(bare),
                    _ => {
                        let schema = argument(&path.path).as_ref().map_or("Other".into(), text);
                        Mention::Typed { bare, schema }
                    }
                });
            }
            let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
            arguments.args.iter().find_map(|argument| match argument {
                GenericArgument::Type(inner) => {
                    mentions_session(inner).map(|mention| Mention::Wrapped(mention.into_path()))
                }
                _ => None,
            })
        }
        _ => None,
    }
}
