//! The values that Python has a type for and serde has not: UUIDs and dates.
//!
//! `uuid::Uuid` serializes as a string to people and as its sixteen bytes to
//! machines, and no other type does both of the same UUID. So a value is asked
//! for its machine form beside the text. That finds it in a `Box` and in a
//! `#[serde(transparent)]` struct, where the name of the type does not.
//!
//! chrono's `DateTime` serializes as a string in both forms, so nothing tells it
//! from text. Only what is inside a `flask::Date` is read as a date.

use std::fmt::{self, Display};

use serde::ser::{self, Impossible, Serialize, SerializeTuple, Serializer};

use super::date::Instant;

enum Special {
    Uuid(u128),
    /// `None` is one that Flask cannot read back.
    Date(Option<Instant>),
}

/// The sixteen bytes of a value, which may be a UUID.
pub(super) fn uuid<T: Serialize + ?Sized>(value: &T) -> Option<u128> {
    match value.serialize(Probe { date: false }) {
        Ok(Special::Uuid(uuid)) => Some(uuid),
        _ => None,
    }
}

/// The date in a `flask::Date`: a string in RFC 3339, as chrono's `DateTime`
/// writes it, or the nine numbers of time's `OffsetDateTime`. `Some(None)` is a
/// date that Flask cannot read back.
pub(super) fn date<T: Serialize + ?Sized>(value: &T) -> Option<Option<Instant>> {
    match value.serialize(Probe { date: true }) {
        Ok(Special::Date(date)) => Some(date),
        _ => None,
    }
}

/// A serializer to a machine. All but sixteen bytes and dates ends at once.
struct Probe {
    date: bool,
}

/// The value is nothing special.
#[derive(Debug)]
struct Plain;

impl Display for Plain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("nothing special")
    }
}

impl std::error::Error for Plain {}

impl ser::Error for Plain {
    fn custom<T: Display>(_: T) -> Self {
        Plain
    }
}

/// Nine numbers: year, day of the year, hour, minute, second, nanosecond, and
/// the hours, minutes and seconds that the clock is ahead.
struct Numbers {
    values: [i64; 9],
    len: usize,
}

impl SerializeTuple for Numbers {
    type Ok = Special;
    type Error = Plain;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Plain> {
        let number = serde_json::to_value(value).ok().and_then(|value| value.as_i64());
        *self.values.get_mut(self.len).ok_or(Plain)? = number.ok_or(Plain)?;
        self.len += 1;
        Ok(())
    }

    fn end(self) -> Result<Special, Plain> {
        let [year, day, hour, minute, second, _, hours, minutes, seconds] = self.values;
        let time = hour * 3600 + minute * 60 + second;
        let ahead = hours * 3600 + minutes * 60 + seconds;
        Ok(Special::Date(Instant::from_ordinal(year, day, time, ahead)))
    }
}

macro_rules! plain {
    ($($method:ident($($type:ty),*) $(-> $compound:ident)?;)*) => {
        $(fn $method(self, $(_: $type),*) -> Result<plain!(@ $($compound)?), Plain> {
            Err(Plain)
        })*
    };
    (@) => { Special };
    (@ $compound:ident) => { Self::$compound };
}

impl Serializer for Probe {
    type Ok = Special;
    type Error = Plain;
    type SerializeSeq = Impossible<Special, Plain>;
    type SerializeTuple = Numbers;
    type SerializeTupleStruct = Impossible<Special, Plain>;
    type SerializeTupleVariant = Impossible<Special, Plain>;
    type SerializeMap = Impossible<Special, Plain>;
    type SerializeStruct = Impossible<Special, Plain>;
    type SerializeStructVariant = Impossible<Special, Plain>;

    plain! {
        serialize_bool(bool); serialize_char(char); serialize_f32(f32); serialize_f64(f64);
        serialize_i8(i8); serialize_i16(i16); serialize_i32(i32); serialize_i64(i64);
        serialize_u8(u8); serialize_u16(u16); serialize_u32(u32); serialize_u64(u64);
        serialize_i128(i128); serialize_u128(u128); serialize_none(); serialize_unit();
        serialize_unit_struct(&'static str);
        serialize_unit_variant(&'static str, u32, &'static str);
        serialize_seq(Option<usize>) -> SerializeSeq;
        serialize_tuple_struct(&'static str, usize) -> SerializeTupleStruct;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> SerializeTupleVariant;
        serialize_map(Option<usize>) -> SerializeMap;
        serialize_struct(&'static str, usize) -> SerializeStruct;
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> SerializeStructVariant;
    }

    fn is_human_readable(&self) -> bool {
        false
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Result<Special, Plain> {
        let uuid = bytes.try_into().map(u128::from_be_bytes);
        uuid.map(Special::Uuid).map_err(|_| Plain)
    }

    fn serialize_str(self, text: &str) -> Result<Special, Plain> {
        if self.date { Ok(Special::Date(Instant::from_rfc3339(text))) } else { Err(Plain) }
    }

    fn collect_str<T: Display + ?Sized>(self, value: &T) -> Result<Special, Plain> {
        if self.date { self.serialize_str(&value.to_string()) } else { Err(Plain) }
    }

    fn serialize_tuple(self, len: usize) -> Result<Numbers, Plain> {
        if self.date && len == 9 { Ok(Numbers { values: [0; 9], len: 0 }) } else { Err(Plain) }
    }

    // What is inside is asked for itself.
    fn serialize_some<T: Serialize + ?Sized>(self, _: &T) -> Result<Special, Plain> {
        Err(Plain)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<Special, Plain> {
        if self.date { value.serialize(self) } else { Err(Plain) }
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<Special, Plain> {
        Err(Plain)
    }
}
