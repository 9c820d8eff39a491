//! Why a value cannot be kept.

use std::fmt;

use serde::ser;

use crate::printable::Printable;

/// Why a value cannot be kept: the words of its own serializer, or JSON's.
#[derive(Debug)]
pub(crate) struct Unencodable(String);

/// A serializer of the application's may put what a visitor wrote into its error.
impl fmt::Display for Unencodable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Printable(&self.0).fmt(f)
    }
}

impl std::error::Error for Unencodable {}

impl ser::Error for Unencodable {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Unencodable(message.to_string())
    }
}
