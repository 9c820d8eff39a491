//! What the code knows about a field at compile time.

use std::any::Any;
use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;

#[cfg(feature = "flask")]
use super::translate::{self, Translate};
use super::{Syntax, Unencodable};
use crate::printable::Printable;

/// A type that a session can keep: owned, shareable between threads, and with
/// serde's `Serialize` and `Deserialize`.
///
/// It is implemented for every such type; there is nothing to write.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be kept in a session",
    label = "this type must be owned, `Send + Sync`, `Serialize` and `Deserialize`",
    note = "put `#[derive(Serialize, Deserialize)]` on it and on the types it holds (with Rocket's \
            own serde: `#[serde(crate = \"rocket::serde\")]`)"
)]
pub trait Value: Serialize + DeserializeOwned + Send + Sync + 'static {}

// Or a list of a bad type would be reported in serde's words, and twice.
#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned + Send + Sync + 'static> Value for T {}

/// A field: the name it is stored under, and how its type becomes text.
///
/// The functions are kept as pointers so that the bounds on the type are
/// written once, where the field is made, and a bad type is reported once.
pub struct Field<T> {
    pub(crate) key: &'static str,
    decode: fn(Syntax, &str) -> Result<T, serde_json::Error>,
    encode: fn(Syntax, &T) -> Result<String, Unencodable>,
    share: fn(T) -> Shared,
    /// What the field is until somebody sets it.
    pub(crate) default: Option<fn() -> T>,
    #[cfg(feature = "flask")]
    translate: Translate,
}

/// A decoded value that all handles of a request read.
pub(crate) type Shared = Box<dyn Any + Send + Sync>;

impl<T> fmt::Debug for Field<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Field").field(&self.key).finish()
    }
}

/// Makes the constant of a field. A free function with a turbofish, so that
/// the compiler puts a failed bound on the type that the user wrote.
pub const fn field<T: Value>(key: &'static str) -> Field<T> {
    Field {
        key,
        decode: Syntax::decode::<T>,
        encode: Syntax::encode::<T>,
        share: |value| Box::new(value),
        default: None,
        #[cfg(feature = "flask")]
        translate: translate::typed::<T>,
    }
}

impl<T: 'static> Field<T> {
    /// The name that the field is stored under.
    pub const fn key(&self) -> &'static str {
        self.key
    }

    /// Gives the field a default.
    pub const fn or(self, default: fn() -> T) -> Field<T> {
        Field { default: Some(default), ..self }
    }

    pub(crate) fn decode(&self, syntax: Syntax, text: &str) -> Option<T> {
        match (self.decode)(syntax, text) {
            Ok(value) => Some(value),
            Err(error) => {
                log::warn!(
                    "The session's field `{}` is not a `{}` and reads as absent: {}. \
                     It is kept as it is until it is written.",
                    Printable(self.key),
                    std::any::type_name::<T>(),
                    Reason(&error),
                );
                None
            }
        }
    }

    pub(crate) fn encode(&self, syntax: Syntax, value: &T) -> Result<String, Unencodable> {
        (self.encode)(syntax, value)
    }

    pub(crate) fn share(&self, value: T) -> Shared {
        (self.share)(value)
    }
}

/// A field, whatever its type.
pub(crate) trait AnyField: Send + Sync {
    /// Whether a JSON text is a value of the type.
    fn reads(&self, json: &str) -> bool;
    /// The value of a text, as JSON.
    fn to_json(&self, syntax: Syntax, text: &str) -> Option<String>;
    /// The default, as JSON.
    fn default_json(&self) -> Option<String>;
    /// Translates a text between formats.
    #[cfg(feature = "flask")]
    fn translate(&self) -> Translate;
}

impl<T: 'static> AnyField for Field<T> {
    fn reads(&self, json: &str) -> bool {
        (self.decode)(Syntax::Json, json).is_ok()
    }

    fn to_json(&self, syntax: Syntax, text: &str) -> Option<String> {
        self.encode(Syntax::Json, &self.decode(syntax, text)?).ok()
    }

    fn default_json(&self) -> Option<String> {
        self.encode(Syntax::Json, &self.default?()).ok()
    }

    #[cfg(feature = "flask")]
    fn translate(&self) -> Translate {
        self.translate
    }
}

/// Where and what kind of error, without the value that serde quotes: what a
/// visitor's session holds does not belong into the log.
pub(crate) struct Reason<'a>(pub(crate) &'a serde_json::Error);

impl fmt::Display for Reason<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        #[cfg(feature = "flask")]
        if super::flask::is_undeclared(self.0) {
            return f.write_str(
                "it holds a date that Flask wrote. To read it, wrap the date's type: \
                 `session_runtime::flask::Date<…>`",
            );
        }
        let what = match self.0.classify() {
            serde_json::error::Category::Data => "another type of data",
            _ => "a value it cannot hold",
        };
        match self.0.column() {
            // Flask's values are not read by `serde_json`, which would know it.
            0 => f.write_str(what),
            column => write!(f, "{what} at column {column}"),
        }
    }
}
