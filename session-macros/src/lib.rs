//! The `#[session(…)]` attribute. Use it through `session-runtime`, which documents
//! it, and which the generated code needs.

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
///         | doc-comments  name ":" Type "from" source  [ "else" response-expr ]
/// ```
///
/// On a route handler or a catcher, write it *above* Rocket's attribute. It fills
/// in the type of the parameter `session: Session`. On a unit struct it makes a
/// schema, for `Session<Schema>` anywhere and `..Schema` in other lists. The list
/// has the same form in both places.
///
/// # Fields
///
/// *The type is that of the stored value. A visitor's session may not have one yet.*
///
/// | declared | read | meaning |
/// |---|---|---|
/// | `name: T` | `Option<&T>` | absent until somebody sets it |
/// | `name: T = expr` | `&T` | the default until somebody sets it; reading it writes nothing |
/// | `name: T else response` | `&T` | the handler runs only if the field is present; otherwise `response` is the answer |
///
/// `String` is read as `&str`, `Vec<T>` as `&[T]`, and numbers, `bool` and `char` by
/// value. Types must be owned, `Send + Sync`, and implement serde's `Serialize` and
/// `Deserialize`. A bare `String`, `Vec` or `Option` is assumed to be the standard
/// library's; if it is your own type, write `self::String`.
///
/// Each field `name: T` has four methods:
///
/// - `name()` reads it;
/// - `set_name(value)` sets it (anything `Into<String>`, where `T` is `String`);
/// - `take_name()` removes it and returns what was stored;
/// - `name_mut()` returns a guard. Changes made through it are kept, however
///   deep; a guard that changed nothing writes nothing.
///
/// `#[key("stored")]` stores the field under another name. Doc comments become those
/// of the methods.
///
/// `#[owner]` marks the field that identifies the session's owner. With a store,
/// setting it gives the session a new identifier and files it under that owner, and
/// `&Sessions` lists and ends an owner's sessions. An application has one owner
/// field. It must be known before the first sign-in. If only catchers or guards of
/// your own use its schema, type `Sessions::fairing().schema::<Schema>()`, because
/// Rocket does not show them at launch; a warning asks for it at the first use.
///
/// # Loaded fields
///
/// A session keeps `user_id`, and a handler wants the user. A loaded field stands for
/// what another field of the list or its base names:
///
/// | declared | read | meaning |
/// |---|---|---|
/// | `user: User from user_id` | `Option<&User>` | absent if `user_id` is not stored (a default is not), or if the loader found nothing |
/// | `user: User from user_id else response` | `&User` | who has no user gets the `response`: never signed in, or deleted since |
///
/// `User` implements `FromSession` for the type of `user_id`. The guard of a handler
/// whose list declares the field, or extends a schema that does, calls it once for each
/// request and value, before the body is read. So do catchers. All handles of the
/// request share the result; a handle keeps what it was made with. A handler without
/// the field loads nothing. If the loader fails, the response is a 503, and a catcher
/// that declares the field gets an empty session whose changes are dropped.
///
/// The field is not stored, so `user()` is its only method. To load it again with
/// another `else`, declare it again with the same type and source. Where nothing can be
/// awaited (`view`, `Session::loaded`), it shows what the request has loaded already.
///
/// # `else`
///
/// Required fields are checked before the body is read. Rocket runs the request
/// guards, then reads the path and the query. If all of them succeed, the fields are
/// checked, and only then the guard of the `data` parameter runs. A visitor who is
/// not signed in gets the `else` whatever the body is, and an upload is not read.
///
/// The expression is a `Responder<'_, 'static>`, such as a `Redirect`. On a handler
/// it can use the parameters from the path, the query and the request guards, but
/// not the `data` parameter. On a schema it can use the variable `session`. In both,
/// fields with `else` are optional. A schema used as a bare guard
/// (`session: Session<Schema>` without the attribute) forwards with 401 instead.
///
/// If a required field was present, the response gets
/// `Cache-Control: private, no-store`, unless the handler sets that header. After a
/// sign-out, the browser's Back does not show the page.
///
/// # Messages
///
/// `flash(success, error)` declares the methods `flash_success(message)` and
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
