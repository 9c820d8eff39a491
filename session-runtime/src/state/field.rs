//! What the code knows about a field at compile time, and its guard.

use std::any::Any;
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::panic::Location;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::codec::Unencodable;
use super::dialect::Dialect;
use super::{State, Write};

/// A type that a session can keep: owned, shareable between threads, and with
/// serde's `Serialize` and `Deserialize`.
///
/// It is implemented for every such type; there is nothing to write.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be kept in a session",
    label = "this type must be owned, `Send + Sync`, `Serialize` and `Deserialize`",
    note = "put `#[derive(Serialize, Deserialize)]` on it (with Rocket's own serde: \
            `#[serde(crate = \"rocket::serde\")]`)"
)]
pub trait Value: Serialize + DeserializeOwned + Send + Sync + 'static {}

impl<T: Serialize + DeserializeOwned + Send + Sync + 'static> Value for T {}

/// A field: the name it is stored under, and how its type becomes text.
///
/// The functions are kept as pointers so that the bounds on the type are
/// written once, where the field is made, and a bad type is reported once.
pub struct Field<T> {
    pub(crate) key: &'static str,
    decode: fn(Dialect, &str) -> Result<T, serde_json::Error>,
    encode: fn(Dialect, &T) -> Result<String, Unencodable>,
    share: fn(T) -> Shared,
    /// Whether a JSON text is a value of the type.
    pub(crate) reads: fn(&str) -> bool,
    #[cfg(feature = "flask")]
    pub(crate) translate: Translate,
}

/// From a text in one dialect to the other: the field's own, or the plain one
/// that is given.
#[cfg(feature = "flask")]
pub(crate) type Translate = fn(Dialect, &str, Dialect, String) -> String;

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
        decode: Dialect::decode::<T>,
        encode: Dialect::encode::<T>,
        reads: |json| Dialect::Json.decode::<T>(json).is_ok(),
        share: |value| Box::new(value),
        #[cfg(feature = "flask")]
        translate: super::translate::typed::<T>,
    }
}

impl<T: 'static> Field<T> {
    pub(crate) fn decode(&self, dialect: Dialect, text: &str) -> Option<T> {
        match (self.decode)(dialect, text) {
            Ok(value) => Some(value),
            Err(error) => {
                log::warn!(
                    "The session's field `{}` is not a `{}` and reads as absent: {}. \
                     It is kept as it is until it is written.",
                    self.key,
                    std::any::type_name::<T>(),
                    Reason(&error),
                );
                None
            }
        }
    }

    pub(crate) fn encode(&self, dialect: Dialect, value: &T) -> Result<String, Unencodable> {
        (self.encode)(dialect, value)
    }

    pub(crate) fn share(&self, value: T) -> Shared {
        (self.share)(value)
    }
}

/// Where and what kind of error, without the value that serde quotes: what a
/// visitor's session holds does not belong into the log.
struct Reason<'a>(&'a serde_json::Error);

impl fmt::Display for Reason<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
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

/// A mutable value of a field, which `name_mut()` returns.
///
/// When it is dropped, a value that differs from the one before is written to
/// the session, however deep the difference lies. Of two guards alive on two
/// handles of a session, the one dropped last wins.
pub struct FieldMut<'a, T: 'static> {
    state: &'a State,
    field: &'static Field<T>,
    value: T,
    /// What the value was when the guard was made.
    before: Before<'a>,
    touched: bool,
    at: &'static Location<'static>,
}

pub(crate) enum Before<'a> {
    Stored(&'a str),
    /// Not stored now; the text is what a read gives all the same.
    Unstored(Option<String>),
}

impl<'a, T: 'static> FieldMut<'a, T> {
    pub(crate) fn new(
        state: &'a State,
        field: &'static Field<T>,
        value: T,
        before: Before<'a>,
        at: &'static Location<'static>,
    ) -> Self {
        FieldMut { state, field, value, before, touched: false, at }
    }

    fn unchanged(&self, json: &str) -> bool {
        match &self.before {
            Before::Stored(before) => *before == json,
            Before::Unstored(before) => {
                let dialect = self.state.dialect();
                before.as_deref().is_some_and(|before| dialect.same(before, json))
            }
        }
    }
}

impl<T: 'static> Deref for FieldMut<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: 'static> DerefMut for FieldMut<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.touched = true;
        &mut self.value
    }
}

impl<T: fmt::Debug + 'static> fmt::Debug for FieldMut<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

impl<T: 'static> Drop for FieldMut<'_, T> {
    fn drop(&mut self) {
        // A value that a panic left half-changed is not worth keeping; the
        // handle that is dropped next gives up the whole request's changes.
        if !self.touched || std::thread::panicking() {
            return;
        }
        let json = match self.field.encode(self.state.dialect(), &self.value) {
            Ok(json) if self.unchanged(&json) => return,
            Ok(json) => Ok(json),
            Err(error) => Err(error),
        };
        self.state.write(Write { key: self.field.key.into(), json, at: self.at });
    }
}
