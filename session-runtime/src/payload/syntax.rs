//! How a session's values are written: as JSON, or as Flask writes them.
//!
//! A request's session is of one syntax, that of the cookies it is written to.
//! What came in another one was translated when it was read.

use serde::Serialize;
use serde::de::DeserializeOwned;

#[cfg(feature = "flask")]
use super::flask;
use super::{Entry, Malformed, Unencodable, json};

/// How values become text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Syntax {
    #[default]
    Json,
    /// JSON with Flask's tags.
    #[cfg(feature = "flask")]
    Flask,
}

impl Syntax {
    /// What an error calls it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Syntax::Json => "JSON",
            #[cfg(feature = "flask")]
            Syntax::Flask => "Flask's JSON",
        }
    }

    /// The text of `value`.
    pub(crate) fn encode<T: Serialize + ?Sized>(self, value: &T) -> Result<String, Unencodable> {
        match self {
            Syntax::Json => json::encode(value),
            #[cfg(feature = "flask")]
            Syntax::Flask => flask::encode(value),
        }
    }

    /// The value of a text.
    pub(crate) fn decode<T: DeserializeOwned>(self, text: &str) -> Result<T, serde_json::Error> {
        match self {
            Syntax::Json => json::decode(text),
            #[cfg(feature = "flask")]
            Syntax::Flask => flask::decode(text),
        }
    }

    /// Whether two texts hold the same value.
    pub(crate) fn same(self, before: &str, after: &str) -> bool {
        match self {
            Syntax::Json => json::same(before, after),
            #[cfg(feature = "flask")]
            Syntax::Flask => flask::same(before, after),
        }
    }

    /// Finds the fields of a payload and gives each to `found`.
    pub(crate) fn index(self, text: &str, found: impl FnMut(Entry)) -> Result<(), Malformed> {
        match self {
            Syntax::Json => json::index(text, found),
            #[cfg(feature = "flask")]
            Syntax::Flask => flask::index(text, found),
        }
    }
}
