//! The types of Python that Rust has no type for.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Visitor};
use serde::ser::{Serialize, Serializer};

/// What `Markup` says it is. Only Flask's format looks at it; to every other
/// one, a newtype struct is what is in it.
pub(super) const MARKUP: &str = "$session_runtime::flask::Markup";

/// The same for `Date`.
pub(super) const DATE: &str = "$session_runtime::flask::Date";

/// Bytes, Python's `bytes`. (A `Vec<u8>` is a list of integers.)
///
/// In the other formats it is a list of integers as well.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Bytes(pub Vec<u8>);

impl From<Vec<u8>> for Bytes {
    fn from(bytes: Vec<u8>) -> Self {
        Bytes(bytes)
    }
}

impl AsRef<[u8]> for Bytes {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_byte_buf(BytesVisitor)
    }
}

struct BytesVisitor;

impl<'de> Visitor<'de> for BytesVisitor {
    type Value = Bytes;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("bytes")
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Bytes, E> {
        Ok(Bytes(bytes.to_vec()))
    }

    fn visit_byte_buf<E: Error>(self, bytes: Vec<u8>) -> Result<Bytes, E> {
        Ok(Bytes(bytes))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Bytes, A::Error> {
        let mut bytes = Vec::new();
        while let Some(byte) = list.next_element()? {
            bytes.push(byte);
        }
        Ok(Bytes(bytes))
    }
}

/// Text that is HTML already, Flask's `Markup`: a template there does not
/// escape it.
///
/// Only markup reads as `Markup`, never a plain string, which may be a
/// visitor's; a `String` reads both. In the other formats, and within
/// `#[serde(flatten)]`, it is a string like any other.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Markup(pub String);

impl From<String> for Markup {
    fn from(html: String) -> Self {
        Markup(html)
    }
}

impl AsRef<str> for Markup {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Markup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Markup {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_newtype_struct(MARKUP, &self.0)
    }
}

impl<'de> Deserialize<'de> for Markup {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(MARKUP, MarkupVisitor)
    }
}

struct MarkupVisitor;

impl<'de> Visitor<'de> for MarkupVisitor {
    type Value = Markup;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("markup")
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, html: D) -> Result<Markup, D::Error> {
        String::deserialize(html).map(Markup)
    }
}

/// A date and time, Python's `datetime`, in whole seconds:
/// `Date<chrono::DateTime<Utc>>` or `Date<time::OffsetDateTime>`. Any other type
/// that serializes as a string in RFC 3339 works as well. Without `Date`,
/// chrono's `DateTime` is a `str` in Python.
///
/// Only a `datetime` reads as `Date`, never a `str`; a `String` reads both. In
/// the other formats a `Date<T>` is written and read as `T`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Date<T>(pub T);

impl<T> From<T> for Date<T> {
    fn from(date: T) -> Self {
        Date(date)
    }
}

impl<T> Deref for Date<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Serialize> Serialize for Date<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_newtype_struct(DATE, &self.0)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Date<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(DATE, DateVisitor(PhantomData))
    }
}

struct DateVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for DateVisitor<T> {
    type Value = Date<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a date")
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, date: D) -> Result<Date<T>, D::Error> {
        T::deserialize(date).map(Date)
    }
}
