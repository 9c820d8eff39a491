//! All of the macro's messages, with what is wrong and what to type, and the
//! collector for the errors of one attribute.

use std::fmt;

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;

/// The errors found so far. They must be turned into tokens.
#[derive(Default)]
pub(crate) struct Errors(Option<syn::Error>);

impl Errors {
    pub(crate) fn push(&mut self, tokens: impl ToTokens, message: Message) {
        self.syntax(syn::Error::new_spanned(tokens, message));
    }

    pub(crate) fn push_at(&mut self, span: Span, message: Message) {
        self.syntax(syn::Error::new(span, message));
    }

    pub(crate) fn syntax(&mut self, error: syn::Error) {
        match &mut self.0 {
            Some(errors) => errors.combine(error),
            None => self.0 = Some(error),
        }
    }

    pub(crate) fn into_tokens(self) -> TokenStream {
        self.0.map(|errors| errors.into_compile_error()).unwrap_or_default()
    }
}

/// One message. The tokens it is reported with are its place.
pub(crate) enum Message {
    Empty,
    NotFlash(String),
    NoCategory,
    BadCategory,
    NoEntry,
    NoComma,
    NoField,
    NoType(String),
    NoDots(String),
    NoLoadedType { name: String, source: String },
    NoSource,
    LoadedKey,
    LoadedOwner,
    LoadedDefault,
    LoadedSource(String),
    UnknownSource(String),
    NoDefault,
    NoResponse,
    NoBase,
    FieldVisibility,
    SecondList,
    SecondKey,
    SecondOwner,
    BadOwner,
    Keyword(String),
    BadKey,
    EmptyKey,
    ReservedKey(String),
    UnknownAttribute,
    SecondBase,
    SecondCrate,
    DuplicateField(String),
    DuplicateKey(String, String),
    DuplicateCategory(String),
    ReservedName(String),
    Underscores,
    Collision { method: String, with: String },
    OptionType { inner: String, read: String },
    Borrowed,
    Unnamed,
    NotUnit,
    GenericStruct,
    NotHere,
    NoRoute,
    NoParameter(String),
    SecondParameter,
    SecondTypedParameter { session: String, schema: String },
    WrappedParameter(String),
    TypedParameter,
    GenericFunction,
    BodyInElse(String),
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Message::Empty => f.write_str(
                "no fields are declared: write `#[session(name: Type)]`, or remove the attribute \
                 (a handler's `session: Session` is the untyped session without it)",
            ),
            Message::NotFlash(word) => write!(
                f,
                "`{word}(…)` is not an entry: categories of messages are declared with \
                 `flash(…)`, a field with `{word}: Type`"
            ),
            Message::NoCategory => f.write_str(
                "no category is declared: write `flash(success, error)`, or remove `flash()` \
                 (`session.flash(…)` needs no declaration)",
            ),
            Message::BadCategory => f.write_str(
                "categories are names with commas between them: `flash(success, error)`",
            ),
            Message::NoEntry => f.write_str(
                "expected a field `name: Type`, `flash(category, …)`, `..Base` or `crate = path`",
            ),
            Message::NoComma => f.write_str(
                "expected `,` here: a field is `name: Type`, `name: Type = default` or \
                     `name: Type else response`",
            ),
            Message::NoField => {
                f.write_str("there is no field for these words: write `name: Type`")
            }
            Message::NoType(name) => {
                write!(f, "this field has no type: write `{name}: Type`")
            }
            Message::NoDots(name) => write!(
                f,
                "two dots extend a schema: write `..{name}`; a field has a name and a type, \
                 `name: Type`"
            ),
            Message::NoLoadedType { name, source } => write!(
                f,
                "what is loaded has a type: write `{name}: Type from {source}`, with the type \
                 that has `FromSession`"
            ),
            Message::NoSource => {
                f.write_str("name the field to load it from: `user: User from user_id`")
            }
            Message::LoadedKey => f.write_str(
                "a loaded field is not stored: put the stored name on the field after `from`",
            ),
            Message::LoadedOwner => f.write_str(
                "a loaded field is not stored: put `#[owner]` on the field after `from`",
            ),
            Message::LoadedDefault => f.write_str(
                "a loaded field has no default: remove it and read an `Option`, or write `else` \
                 and a response",
            ),
            Message::LoadedSource(name) => {
                write!(f, "`{name}` is loaded itself: name the field that the session keeps")
            }
            Message::UnknownSource(name) => write!(
                f,
                "no field `{name}` is declared here: declare it, or extend the schema that does \
                 with `..Base`"
            ),
            Message::NoDefault => f.write_str(
                "there is no default: write `= 0`, or remove `=` for a field that may be absent",
            ),
            Message::NoResponse => f.write_str(
                "there is no response: write `else Redirect::to(\"/login\")`, or remove `else`",
            ),
            Message::NoBase => f.write_str("name the schema to extend: `..Base`"),
            Message::FieldVisibility => f.write_str(
                "a field has no visibility of its own: its methods have that of the schema",
            ),
            Message::SecondList => f.write_str(
                "an item has one list: put all fields into one `#[session(…)]`, or extend a \
                 schema with `..Base`",
            ),
            Message::SecondKey => f.write_str("the field has a stored name already: remove one"),
            Message::Keyword(name) => match name.as_str() {
                "self" | "Self" | "super" | "crate" | "_" => {
                    write!(f, "`{name}` cannot be the name of a field: choose another one")
                }
                _ => write!(f, "`{name}` is a keyword: write `r#{name}`"),
            },
            Message::BadKey => f.write_str("write the stored name as `#[key(\"name\")]`"),
            Message::EmptyKey => f.write_str(
                "a stored name has at least one character: write `#[key(\"name\")]`, or remove it",
            ),
            Message::ReservedKey(key) => write!(
                f,
                "`{key}` is where the session keeps its own data: choose another stored name \
                 with `#[key(\"…\")]`"
            ),
            Message::SecondOwner => f.write_str("a session has one owner: remove this `#[owner]`"),
            Message::BadOwner => f.write_str("write it without anything else, as `#[owner]`"),
            Message::UnknownAttribute => f.write_str(
                "a field has no such attribute: it takes doc comments, `#[key(\"stored-name\")]` \
                 and `#[owner]`",
            ),
            Message::SecondBase => f.write_str(
                "there is one base already: let one schema extend the other, and name that one",
            ),
            Message::SecondCrate => f.write_str("`crate` is given already: remove one of the two"),
            Message::DuplicateField(name) => {
                write!(f, "the field `{name}` is declared already: remove one of the two")
            }
            Message::DuplicateKey(key, name) => write!(
                f,
                "the field `{name}` is stored as `{key}` already: choose another name with \
                 `#[key(\"…\")]`"
            ),
            Message::DuplicateCategory(category) => {
                write!(f, "the category `{category}` is declared already: remove one of the two")
            }
            Message::ReservedName(name) if name.ends_with("into") => write!(
                f,
                "every value has a method `{name}`: choose another name (`#[key(\"{name}\")]` \
                 keeps the stored one)"
            ),
            Message::ReservedName(name) => write!(
                f,
                "every session has a method `{name}`: choose another name (`#[key(\"{name}\")]` \
                 keeps the stored one)"
            ),
            Message::Underscores => f.write_str(
                "names that begin with two underscores are the macro's own: choose another name",
            ),
            Message::Collision { method, with } => write!(
                f,
                "this would be a second method `{method}`, beside the one of {with}: choose \
                 another name"
            ),
            Message::OptionType { inner, read } => {
                write!(
                    f,
                    "a field is optional already: write `{inner}`, which reads as `Option<{read}>`"
                )
            }
            Message::Borrowed => f.write_str(
                "a session keeps owned values: write `String` for `&str`, `Vec<T>` for `&[T]`, \
                 and no lifetimes",
            ),
            Message::Unnamed => f.write_str("name the type: it is part of what is stored"),
            Message::NotUnit => f.write_str(
                "a schema is declared on a unit struct, its fields in the attribute: write \
                 `#[session(name: Type)] struct Name;`",
            ),
            Message::GenericStruct => {
                f.write_str("a schema has no generic parameters: its fields are what is stored")
            }
            Message::NotHere => f.write_str(
                "`#[session(…)]` stands on a route handler, a catcher, or a unit struct",
            ),
            Message::NoRoute => f.write_str(
                "there is no route attribute below `#[session(…)]`: put it above `#[get(…)]`, \
                 `#[post(…)]`, … or `#[catch(…)]`, not below and not on another function",
            ),
            Message::NoParameter(found) => match found.as_str() {
                "" => f.write_str(
                    "the handler takes no session: add the parameter `session: Session`",
                ),
                found => write!(
                    f,
                    "the handler takes no session: add the parameter `session: Session` ({found})"
                ),
            },
            Message::SecondParameter => f.write_str(
                "the handler takes the session already: remove one of the two, or use \
                 `session.view::<Other>()` to see it through another schema",
            ),
            Message::SecondTypedParameter { session, schema } => write!(
                f,
                "the handler takes the session already, as `{session}`: remove this parameter, \
                 and write `{session}.view::<{schema}>()` where you need the fields of `{schema}`"
            ),
            Message::WrappedParameter(written) => write!(
                f,
                "write `session: Session`, not `{written}`: a handler always gets a session, by \
                 value, new and empty if the visitor has none"
            ),
            Message::TypedParameter => f.write_str(
                "the attribute fills in the type: write `session: Session`; a schema goes into \
                 the list, as `..Schema`",
            ),
            Message::GenericFunction => {
                f.write_str("a handler with a session has no type parameters")
            }
            Message::BodyInElse(name) => write!(
                f,
                "`{name}` is the request's body, and the `else` is answered before the body is \
                 read: use the session, or what the path, the query and the request guards give"
            ),
        }
    }
}
