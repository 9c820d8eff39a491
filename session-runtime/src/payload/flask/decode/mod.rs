//! Text to values. A tag gives the type what it asks for: a list from a tuple,
//! a string from a UUID.
//!
//! The errors are those of `serde_json`, as in the other formats, so that a
//! field decodes the same way whatever the format.

mod access;
mod date;
mod key;

use serde::de::{
    DeserializeOwned, Deserializer, Error as _, IntoDeserializer, Unexpected, Visitor,
};
use serde::forward_to_deserialize_any;
use serde_json::Error;

use self::access::{Dict, List, Variant};
use self::date::Date;
pub(crate) use self::date::is_undeclared;
use super::tag::{self, Tag};
use super::text;
use super::types::{DATE, MARKUP};
use super::value::{Kind, Members};
use super::{MAX_TYPED_DEPTH, Malformed, index};

/// The value of a text.
pub(crate) fn decode<T: DeserializeOwned>(text: &str) -> Result<T, Error> {
    let text = index::check(text).map_err(malformed)?;
    T::deserialize(Reader { text, depth: MAX_TYPED_DEPTH })
}

fn malformed(malformed: Malformed) -> Error {
    Error::custom(malformed)
}

/// Reads one checked value.
#[derive(Clone, Copy)]
struct Reader<'de> {
    text: &'de str,
    /// How many containers may still begin within each other.
    depth: usize,
}

impl<'de> Reader<'de> {
    fn kind(self) -> Result<Kind<'de>, Error> {
        Kind::of(self.text).map_err(malformed)
    }

    fn deeper(self) -> Result<usize, Error> {
        let nested = self.depth.checked_sub(1);
        nested.ok_or_else(|| Error::custom(format!("deeper than {MAX_TYPED_DEPTH} levels")))
    }

    fn list<V: Visitor<'de>>(self, list: &'de str, visitor: V) -> Result<V::Value, Error> {
        let mut elements = List::new(list, self.deeper()?);
        let value = visitor.visit_seq(&mut elements)?;
        elements.end()?;
        Ok(value)
    }

    fn dict<V: Visitor<'de>>(
        self,
        dict: &'de str,
        escaped: bool,
        visitor: V,
    ) -> Result<V::Value, Error> {
        let mut members = Dict::new(dict, escaped, self.deeper()?);
        let value = visitor.visit_map(&mut members)?;
        members.end()?;
        Ok(value)
    }

    fn tagged<V: Visitor<'de>>(
        self,
        tag: Tag,
        value: &'de str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        let raw = || Kind::Tagged(tag, value).text().unwrap_or_default();
        match tag {
            Tag::Tuple => self.list(value, visitor),
            Tag::Dict => self.dict(value, true, visitor),
            Tag::Markup => string(raw(), visitor),
            Tag::Bytes => visitor.visit_borrowed_str(raw()),
            Tag::Uuid => {
                let uuid = tag::uuid(raw()).ok_or_else(|| malformed(Malformed::Tag))?;
                visitor.visit_string(tag::hyphenated(uuid))
            }
            Tag::Date => {
                let date = date::parse(Kind::Tagged(tag, value))?;
                // Whatever the type asked for, the date is why it failed.
                visitor.visit_string(date.to_rfc3339()).map_err(|_: Error| date::undeclared())
            }
        }
    }
}

fn string<'de, V: Visitor<'de>>(raw: &'de str, visitor: V) -> Result<V::Value, Error> {
    match text::unescape(raw) {
        Some(std::borrow::Cow::Borrowed(text)) => visitor.visit_borrowed_str(text),
        Some(std::borrow::Cow::Owned(text)) => visitor.visit_string(text),
        None => Err(Error::custom("a lone surrogate is no character")),
    }
}

/// A number as the type that holds it: an integer only as an integer, whatever
/// its size.
fn number<'de, V: Visitor<'de>>(text: &str, visitor: V) -> Result<V::Value, Error> {
    if is_float(text) {
        return visitor.visit_f64(float(text)?);
    }
    if let Ok(number) = text.parse() {
        visitor.visit_u64(number)
    } else if let Ok(number) = text.parse() {
        visitor.visit_i64(number)
    } else if let Ok(number) = text.parse() {
        visitor.visit_u128(number)
    } else if let Ok(number) = text.parse() {
        visitor.visit_i128(number)
    } else {
        Err(Error::custom("an integer of more than 128 bits"))
    }
}

fn is_float(number: &str) -> bool {
    number.contains(['.', 'e', 'E', 'N', 'I'])
}

/// As Python reads it: beyond the largest float is infinity.
fn float(text: &str) -> Result<f64, Error> {
    text.parse().map_err(Error::custom)
}

macro_rules! wide_integers {
    ($($method:ident $visit:ident;)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            match self.kind()? {
                Kind::Number(text) => match text.parse() {
                    Ok(number) => visitor.$visit(number),
                    Err(_) => number(text, visitor),
                },
                _ => self.deserialize_any(visitor),
            }
        }
    )*};
}

macro_rules! floats {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            match self.kind()? {
                Kind::Number(text) => match float(text)? {
                    // Python refuses to make a float of such an integer.
                    number if number.is_infinite() && !is_float(text) => {
                        Err(Error::custom("an integer beyond the largest float"))
                    }
                    number => visitor.visit_f64(number),
                },
                _ => self.deserialize_any(visitor),
            }
        }
    )*};
}

/// Bytes are no text, even where they are UTF-8.
macro_rules! strings {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            match self.kind()? {
                Kind::Tagged(Tag::Bytes, _) => {
                    Err(Error::invalid_type(Unexpected::Other("bytes"), &visitor))
                }
                _ => self.deserialize_any(visitor),
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for Reader<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.kind()? {
            Kind::Null => visitor.visit_unit(),
            Kind::Bool(value) => visitor.visit_bool(value),
            Kind::Number(text) => number(text, visitor),
            Kind::Text(raw) => string(raw, visitor),
            Kind::List(list) => self.list(list, visitor),
            Kind::Dict(dict) => self.dict(dict, false, visitor),
            Kind::Tagged(tag, value) => self.tagged(tag, value, visitor),
        }
    }

    strings! { deserialize_char deserialize_string deserialize_identifier }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.kind()? {
            // Types that parse text, such as chrono's, ask for a borrowed
            // string. They would write the date back as text. A `String` asks
            // for an owned one, and may read a date.
            Kind::Tagged(Tag::Date, _) => Err(date::undeclared()),
            _ => self.deserialize_string(visitor),
        }
    }

    floats! { deserialize_f32 deserialize_f64 }

    wide_integers! {
        deserialize_i128 visit_i128;
        deserialize_u128 visit_u128;
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_byte_buf(visitor)
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.kind()? {
            kind @ Kind::Tagged(Tag::Bytes, _) => {
                let bytes = tag::bytes(kind.text().unwrap_or_default());
                visitor.visit_byte_buf(bytes.ok_or_else(|| malformed(Malformed::Tag))?)
            }
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.kind()? {
            Kind::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        match (name, self.kind()?) {
            (MARKUP, Kind::Tagged(Tag::Markup, _)) => visitor.visit_newtype_struct(self),
            // A string that was no markup must not become it.
            (MARKUP, _) => Err(Error::custom("this is no markup")),
            (DATE, kind @ Kind::Tagged(Tag::Date, _)) => {
                visitor.visit_newtype_struct(Date(date::parse(kind)?))
            }
            (DATE, _) => Err(Error::custom("this is no date")),
            _ => visitor.visit_newtype_struct(self),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.kind()? {
            kind @ Kind::Tagged(Tag::Date, _) if name == "SystemTime" => {
                Date(date::parse(kind)?).deserialize_struct(name, fields, visitor)
            }
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let (dict, escaped) = match self.kind()? {
            Kind::Text(raw) => {
                let name = text::unescape(raw).ok_or_else(|| Error::custom("no variant"))?;
                return visitor.visit_enum(name.into_deserializer());
            }
            Kind::Dict(dict) => (dict, false),
            Kind::Tagged(Tag::Dict, dict) => (dict, true),
            _ => return Err(Error::custom("a variant is a string or a dict of one key")),
        };
        let mut members = Members::new(dict, escaped);
        match (members.next().map_err(malformed)?, members.next().map_err(malformed)?) {
            (Some((name, value)), None) => {
                let name = text::unescape(name).ok_or_else(|| Error::custom("no variant"))?;
                let value = Reader { text: value, depth: self.deeper()? };
                visitor.visit_enum(Variant { name, value })
            }
            _ => Err(Error::custom("a variant is a string or a dict of one key")),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 unit unit_struct seq tuple tuple_struct map
    }
}
