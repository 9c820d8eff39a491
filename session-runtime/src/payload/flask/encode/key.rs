//! The keys of a dict: strings, and what has one obvious string, as
//! `serde_json` has it.

use std::fmt::Display;

use serde::Serialize;
use serde::ser::{Error, Impossible, Serializer};

use super::{Unencodable, number};

/// Makes a key of a value.
pub(super) struct Key;

type Never = Impossible<String, Unencodable>;

fn no_key<T>() -> Result<T, Unencodable> {
    Err(Unencodable::custom("key must be a string"))
}

macro_rules! keys {
    ($($method:ident($type:ty);)*) => {
        $(fn $method(self, value: $type) -> Result<String, Unencodable> {
            Ok(value.to_string())
        })*
    };
}

macro_rules! no_keys {
    ($($method:ident($($type:ty),*) -> $ok:ty;)*) => {
        $(fn $method(self, $(_: $type),*) -> Result<$ok, Unencodable> {
            no_key()
        })*
    };
}

impl Serializer for Key {
    type Ok = String;
    type Error = Unencodable;
    type SerializeSeq = Never;
    type SerializeTuple = Never;
    type SerializeTupleStruct = Never;
    type SerializeTupleVariant = Never;
    type SerializeMap = Never;
    type SerializeStruct = Never;
    type SerializeStructVariant = Never;

    keys! {
        serialize_bool(bool); serialize_char(char); serialize_str(&str);
        serialize_i8(i8); serialize_i16(i16); serialize_i32(i32); serialize_i64(i64);
        serialize_u8(u8); serialize_u16(u16); serialize_u32(u32); serialize_u64(u64);
        serialize_i128(i128); serialize_u128(u128);
    }

    no_keys! {
        serialize_bytes(&[u8]) -> String;
        serialize_none() -> String;
        serialize_unit() -> String;
        serialize_unit_struct(&'static str) -> String;
        serialize_seq(Option<usize>) -> Never;
        serialize_tuple(usize) -> Never;
        serialize_tuple_struct(&'static str, usize) -> Never;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> Never;
        serialize_map(Option<usize>) -> Never;
        serialize_struct(&'static str, usize) -> Never;
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> Never;
    }

    fn serialize_f32(self, value: f32) -> Result<String, Unencodable> {
        number::repr(value)
    }

    fn serialize_f64(self, value: f64) -> Result<String, Unencodable> {
        number::repr(value)
    }

    fn collect_str<T: Display + ?Sized>(self, value: &T) -> Result<String, Unencodable> {
        Ok(value.to_string())
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<String, Unencodable> {
        Ok(variant.to_owned())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<String, Unencodable> {
        value.serialize(self)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, _: &T) -> Result<String, Unencodable> {
        no_key()
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<String, Unencodable> {
        no_key()
    }
}
