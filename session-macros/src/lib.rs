//! The `#[session(…)]` attribute. Use it through `session-runtime`, which
//! documents it and without which it does nothing.

mod body;
mod expand;
mod message;
mod model;
mod parse;
mod paths;
#[cfg(test)]
mod tests;
mod validate;

use proc_macro::TokenStream;

/// Declares the session fields of a handler, or of a schema that handlers share.
///
/// ```text
/// list   := entry ("," entry)* [","]
/// entry  := ".." Base  |  field  |  "flash" "(" category ("," category)* [","] ")"  |  "crate" "=" path
/// field  := doc-comments  [ #[key("stored-name")] ]  [ #[owner] ]  name ":" Type  [ "=" default-expr | "else" response-expr ]
/// ```
///
/// On a route handler or a catcher it stands *above* Rocket's attribute and
/// fills in the type of the parameter `session: Session`. On a unit struct it
/// makes a schema, for `Session<Schema>` anywhere and `..Schema` in other
/// lists. The list is the same.
///
/// # Fields
///
/// *The type is what is stored, and a visitor may not have it yet.*
///
/// | declared | read | meaning |
/// |---|---|---|
/// | `name: T` | `Option<&T>` | absent until somebody sets it |
/// | `name: T = expr` | `&T` | the default until somebody sets it; reading it writes nothing |
/// | `name: T else response` | `&T` | the handler runs only if the field is there; otherwise `response` is the answer |
///
/// `String` reads as `&str`, `Vec<T>` as `&[T]`, numbers, `bool` and `char` by
/// value. Types are owned, `Send + Sync`, and have serde's `Serialize` and
/// `Deserialize`. A bare `String`, `Vec` or `Option` is taken for the standard
/// library's; where it is not, write `self::String`.
///
/// Each field `name: T` has four methods:
///
/// - `name()` reads it;
/// - `set_name(value)` sets it (anything `Into<String>`, where `T` is `String`);
/// - `take_name()` removes it and returns what was stored;
/// - `name_mut()` gives a guard. What is changed through it is kept, however
///   deep; a guard that changed nothing writes nothing.
///
/// `#[key("stored")]` stores the field under another name. `#[owner]` marks the
/// one that says whose session it is: with a store, setting it gives the session
/// a new identity and files it under that owner, and `&Sessions` lists and ends
/// an owner's sessions. An application has one owner field. It has to be known
/// before the first sign-in: if only guards of your own or catchers use its
/// schema, which Rocket does not show, type
/// `Sessions::fairing().schema::<Schema>()`, or a warning asks for it at the
/// first use. Doc comments become those of the methods.
///
/// # `else`
///
/// The check comes before the body. Rocket runs the request guards, then reads
/// the path and the query; if all of them succeed, the `else` is asked, and only
/// then the guard of the `data` parameter. A visitor who is not signed in gets
/// the `else`, whatever the body is, and nothing of an upload is read.
///
/// So on a handler the expression sees the parameters from the path, the query
/// and the request guards, and not the `data` parameter; on a schema it sees the
/// variable `session`. In both, fields with `else` are optional. It is a
/// `Responder<'_, 'static>`, such as a `Redirect`. A schema that is used as a
/// bare guard, `session: Session<Schema>` without the attribute, forwards with
/// 401 instead.
///
/// Where a field with `else` was required and there, the response says
/// `Cache-Control: private, no-store`, unless the handler sets that header: after
/// a sign-out, the browser's Back does not show the page.
///
/// # Messages
///
/// `flash(success, error)` gives `flash_success(message)` and
/// `flash_error(message)`. Every session has `flash(message)`.
///
#[doc = include_str!("expansion.md")]
#[proc_macro_attribute]
pub fn session(arguments: TokenStream, item: TokenStream) -> TokenStream {
    expansion(arguments.into(), item.into()).into()
}

fn expansion(
    arguments: proc_macro2::TokenStream,
    item: proc_macro2::TokenStream,
) -> proc_macro2::TokenStream {
    let mut errors = message::Errors::default();
    let (list, item) = (parse::list(arguments, &mut errors), parse::item(item));
    let (schema, target) = validate::validate(list, item, &mut errors);
    let expanded = expand::expand(&schema, target);
    let errors = errors.into_tokens();
    quote::quote!(#errors #expanded)
}
