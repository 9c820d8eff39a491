//! Texts and values: what a session is made of, in either syntax.
//!
//! Nothing here knows of requests, cookies or stores.

mod entry;
mod field;
#[cfg(feature = "flask")]
pub mod flask;
pub(crate) mod json;
pub(crate) mod names;
mod scan;
mod syntax;
#[cfg(feature = "flask")]
mod translate;
mod unencodable;
mod walk;

pub(crate) use self::entry::{Entry, Malformed, are_unique};
pub(crate) use self::field::{AnyField, Reason, Shared};
pub use self::field::{Field, Value, field};
pub(crate) use self::syntax::Syntax;
#[cfg(feature = "flask")]
pub(crate) use self::translate::{Translate, translate};
pub(crate) use self::unencodable::Unencodable;
