//! How a session's values are written: as JSON, or as Flask writes them.
//!
//! A request's session is of one dialect, that of the cookies it is written to.
//! What came in another one was translated when it was read.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::codec::{self, Unencodable};
use super::index::{self, Entry, Malformed};
#[cfg(feature = "flask")]
use crate::flask;

/// How values become text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Dialect {
    #[default]
    Json,
    /// JSON with Flask's tags.
    #[cfg(feature = "flask")]
    Flask,
}

impl Dialect {
    /// What an error calls it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Dialect::Json => "JSON",
            #[cfg(feature = "flask")]
            Dialect::Flask => "Flask's JSON",
        }
    }

    /// The text of `value`.
    pub(crate) fn encode<T: Serialize + ?Sized>(self, value: &T) -> Result<String, Unencodable> {
        match self {
            Dialect::Json => codec::encode(value),
            #[cfg(feature = "flask")]
            Dialect::Flask => flask::encode(value),
        }
    }

    /// The value of a text.
    pub(crate) fn decode<T: DeserializeOwned>(self, text: &str) -> Result<T, serde_json::Error> {
        match self {
            Dialect::Json => codec::decode(text),
            #[cfg(feature = "flask")]
            Dialect::Flask => flask::decode(text),
        }
    }

    /// Whether two texts hold the same value.
    pub(crate) fn same(self, before: &str, after: &str) -> bool {
        match self {
            Dialect::Json => codec::same(before, after),
            #[cfg(feature = "flask")]
            Dialect::Flask => flask::same(before, after),
        }
    }

    /// Finds the fields of a payload and gives each to `found`.
    pub(super) fn index(self, text: &str, found: impl FnMut(Entry)) -> Result<(), Malformed> {
        match self {
            Dialect::Json => index::index(text, found),
            #[cfg(feature = "flask")]
            Dialect::Flask => flask::index(text, found),
        }
    }
}
