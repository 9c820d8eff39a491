//! Values to text, exactly as Flask writes the Python value that is equal.
//!
//! Compact, in ASCII, the keys of every dict in the order of their code points,
//! floats as `repr()` writes them, integers of any size. What JSON has no type
//! for is tagged.

mod dict;
mod key;
mod list;
mod number;
mod verbatim;

use std::fmt::Display;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde::ser::{Error, Serializer};

use self::dict::{Dict, Fields};
use self::list::List;
use super::MAX_TYPED_DEPTH;
use super::date::Instant;
use super::object::Members;
use super::special;
use super::tag::{self, Tag};
use super::text;
use super::types::{DATE, MARKUP};
use super::value::Kind;
use crate::payload::Unencodable;

/// The text of `value`.
pub(crate) fn encode<T: Serialize + ?Sized>(value: &T) -> Result<String, Unencodable> {
    let mut out = String::new();
    write(value, &mut out, 0)?;
    Ok(out)
}

/// Appends a value, `depth` containers deep. Every value comes through here.
fn write<T>(value: &T, out: &mut String, depth: usize) -> Result<(), Unencodable>
where
    T: Serialize + ?Sized,
{
    let start = out.len();
    value.serialize(Writer { out, depth })?;
    if let Some(uuid) = special::uuid(value) {
        let mut readable = String::new();
        text::quote(&tag::hyphenated(uuid), &mut readable);
        // Sixteen bytes that read as something else are just bytes.
        if out[start..] == readable {
            out.truncate(start);
            tagged(Tag::Uuid, out, |out| text::quote(&format!("{uuid:032x}"), out));
        }
    }
    Ok(())
}

/// Writes what is inside a `flask::Date`.
fn write_date<T>(value: &T, out: &mut String, depth: usize) -> Result<(), Unencodable>
where
    T: Serialize + ?Sized,
{
    if let Some(date) = special::date(value) {
        return put_date(date, out);
    }
    // A `SystemTime` is written as a date without `Date` too.
    let start = out.len();
    write(value, out, depth)?;
    match Kind::of(&out[start..]) {
        Ok(Kind::Tagged(Tag::Date, _)) => Ok(()),
        _ => Err(Unencodable::custom(
            "`flask::Date` can only hold a date, such as `chrono::DateTime<Utc>` or \
             `time::OffsetDateTime`",
        )),
    }
}

fn put_date(date: Option<Instant>, out: &mut String) -> Result<(), Unencodable> {
    let date = date.ok_or_else(|| {
        Unencodable::custom("Flask reads no date before the year 100 or after 9999")
    })?;
    tagged(Tag::Date, out, |out| text::quote(&date.to_http(), out));
    Ok(())
}

fn tagged(tag: Tag, out: &mut String, write: impl FnOnce(&mut String)) {
    out.extend(["{\"", tag.name(), "\":"]);
    write(out);
    out.push('}');
}

/// Writes one value of a known kind.
struct Writer<'a> {
    out: &'a mut String,
    depth: usize,
}

impl<'a> Writer<'a> {
    fn put(self, text: &str) -> Result<(), Unencodable> {
        self.out.push_str(text);
        Ok(())
    }

    /// The depth within a container that begins here.
    fn deeper(&self) -> Result<usize, Unencodable> {
        match self.depth < MAX_TYPED_DEPTH {
            true => Ok(self.depth + 1),
            false => {
                Err(Unencodable::custom(format!("it nests deeper than {MAX_TYPED_DEPTH} levels")))
            }
        }
    }

    fn list(self, open: &str, close: impl Into<String>) -> Result<List<'a>, Unencodable> {
        let depth = self.deeper()?;
        self.out.push_str(open);
        Ok(List::new(self.out, depth, close.into()))
    }

    fn tuple(self) -> Result<List<'a>, Unencodable> {
        self.list("{\" t\":[", "]}")
    }

    fn dict(self) -> Result<Dict<'a>, Unencodable> {
        Ok(Dict::new(self.deeper()?, self.out, ""))
    }

    /// A dict of one key, the variant's name, up to the value. What closes it,
    /// and the depth within.
    fn variant(self, name: &str) -> Result<(Writer<'a>, &'static str), Unencodable> {
        let depth = self.deeper()?;
        let (mut raw, tag) = (String::new(), Tag::of(name));
        text::escape(name, &mut raw);
        let mut members = Members::new(self.out, true);
        members.key(&raw, tag);
        Ok((Writer { out: self.out, depth }, if tag.is_some() { "}}" } else { "}" }))
    }
}

macro_rules! integers {
    ($($method:ident($type:ty))*) => {$(
        fn $method(self, value: $type) -> Result<(), Unencodable> {
            self.put(&value.to_string())
        }
    )*};
}

impl<'a> Serializer for Writer<'a> {
    type Ok = ();
    type Error = Unencodable;
    type SerializeSeq = List<'a>;
    type SerializeTuple = List<'a>;
    type SerializeTupleStruct = List<'a>;
    type SerializeTupleVariant = List<'a>;
    type SerializeMap = Dict<'a>;
    type SerializeStruct = Fields<'a>;
    type SerializeStructVariant = Dict<'a>;

    integers! {
        serialize_i8(i8) serialize_i16(i16) serialize_i32(i32) serialize_i64(i64)
        serialize_u8(u8) serialize_u16(u16) serialize_u32(u32) serialize_u64(u64)
        serialize_i128(i128) serialize_u128(u128)
    }

    fn serialize_bool(self, value: bool) -> Result<(), Unencodable> {
        self.put(if value { "true" } else { "false" })
    }

    fn serialize_f32(self, value: f32) -> Result<(), Unencodable> {
        self.put(&number::repr(value)?)
    }

    fn serialize_f64(self, value: f64) -> Result<(), Unencodable> {
        self.put(&number::repr(value)?)
    }

    fn serialize_char(self, value: char) -> Result<(), Unencodable> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<(), Unencodable> {
        text::quote(value, self.out);
        Ok(())
    }

    fn collect_str<T: Display + ?Sized>(self, value: &T) -> Result<(), Unencodable> {
        self.serialize_str(&value.to_string())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), Unencodable> {
        tagged(Tag::Bytes, self.out, |out| text::quote(&STANDARD.encode(value), out));
        Ok(())
    }

    fn serialize_none(self) -> Result<(), Unencodable> {
        self.put("null")
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Unencodable> {
        write(value, self.out, self.depth)
    }

    fn serialize_unit(self) -> Result<(), Unencodable> {
        self.put("null")
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Unencodable> {
        self.put("null")
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), Unencodable> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Unencodable> {
        let Writer { out, depth } = self;
        match name {
            DATE => write_date(value, out, depth),
            MARKUP => {
                let mut written = Ok(());
                tagged(Tag::Markup, out, |out| written = write(value, out, depth));
                written
            }
            _ => write(value, out, depth),
        }
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Unencodable> {
        let (Writer { out, depth }, close) = self.variant(variant)?;
        write(value, out, depth)?;
        out.push_str(close);
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<List<'a>, Unencodable> {
        self.list("[", "]")
    }

    fn serialize_tuple(self, _: usize) -> Result<List<'a>, Unencodable> {
        self.tuple()
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<List<'a>, Unencodable> {
        self.tuple()
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<List<'a>, Unencodable> {
        let (writer, close) = self.variant(variant)?;
        writer.list("[", format!("]{close}"))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Dict<'a>, Unencodable> {
        self.dict()
    }

    fn serialize_struct(self, name: &'static str, len: usize) -> Result<Fields<'a>, Unencodable> {
        Fields::new(self, name, len)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Dict<'a>, Unencodable> {
        let (writer, close) = self.variant(variant)?;
        Ok(Dict::new(writer.deeper()?, writer.out, close))
    }
}
