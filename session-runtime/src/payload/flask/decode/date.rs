//! Dates, in the form that each type reads.

use serde::de::value::SeqDeserializer;
use serde::de::{Deserializer, Error as _, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::Error;

use super::{Kind, Malformed, malformed};
use crate::payload::flask::date::Instant;

/// The date's type is not wrapped in `flask::Date`, and would write the date back
/// as something else. `serde_json::Error` has no code of its own to recognise, so
/// `is_undeclared` compares this text.
const UNDECLARED: &str = "a date that is not declared as one";

pub(super) fn undeclared() -> Error {
    Error::custom(UNDECLARED)
}

/// Whether a value could not be read because of a date without `flask::Date`.
pub(crate) fn is_undeclared(error: &Error) -> bool {
    error.to_string() == UNDECLARED
}

pub(super) fn parse(kind: Kind<'_>) -> Result<Instant, Error> {
    kind.text().and_then(Instant::from_http).ok_or_else(|| malformed(Malformed::Tag))
}

/// Reads what is inside a `flask::Date`. It is not human-readable, so that time's
/// type asks for its numbers whichever features are enabled. chrono's type asks
/// for the text either way.
pub(super) struct Date(pub(super) Instant);

fn sequence<'de, V: Visitor<'de>, const N: usize>(
    numbers: [i64; N],
    visitor: V,
) -> Result<V::Value, Error> {
    visitor.visit_seq(SeqDeserializer::new(numbers.into_iter()))
}

impl<'de> Deserializer<'de> for Date {
    type Error = Error;

    fn is_human_readable(&self) -> bool {
        false
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_string(self.0.to_rfc3339())
    }

    /// time's `OffsetDateTime`, in UTC.
    fn deserialize_tuple<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, Error> {
        match len {
            9 => sequence(self.0.numbers(), visitor),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match (name, fields.len()) {
            ("SystemTime", 2) => sequence([self.0.seconds(), 0], visitor),
            _ => Err(undeclared()),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        option unit unit_struct seq tuple_struct map enum identifier ignored_any
    }
}
