//! Finds the floats that JSON has no form for: NaN and the infinities.

use serde::Serialize;
use serde::ser::{self, Serializer};

use crate::payload::Unencodable;

/// Refuses a value that has a float in it, at any depth, that is not finite.
pub(super) fn check<T: Serialize + ?Sized>(value: &T) -> Result<(), Unencodable> {
    value.serialize(Finite)
}

/// A serializer that writes nothing and refuses floats that are not finite.
struct Finite;

fn finite(finite: bool) -> Result<(), Unencodable> {
    match finite {
        true => Ok(()),
        false => Err(ser::Error::custom("a float that is not finite has no form in JSON")),
    }
}

macro_rules! accept {
    ($ok:ty = $value:expr; $($method:ident($($type:ty),*))*) => {
        $(fn $method(self, $(_: $type),*) -> Result<$ok, Unencodable> { Ok($value) })*
    };
}

impl Serializer for Finite {
    type Ok = ();
    type Error = Unencodable;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    accept! {
        () = ();
        serialize_bool(bool) serialize_char(char) serialize_str(&str) serialize_bytes(&[u8])
        serialize_i8(i8) serialize_i16(i16) serialize_i32(i32) serialize_i64(i64)
        serialize_u8(u8) serialize_u16(u16) serialize_u32(u32) serialize_u64(u64)
        serialize_i128(i128) serialize_u128(u128) serialize_none() serialize_unit()
        serialize_unit_struct(&'static str)
        serialize_unit_variant(&'static str, u32, &'static str)
    }

    accept! {
        Self = Finite;
        serialize_seq(Option<usize>)
        serialize_tuple(usize)
        serialize_tuple_struct(&'static str, usize)
        serialize_tuple_variant(&'static str, u32, &'static str, usize)
        serialize_map(Option<usize>)
        serialize_struct(&'static str, usize)
        serialize_struct_variant(&'static str, u32, &'static str, usize)
    }

    fn serialize_f32(self, value: f32) -> Result<(), Unencodable> {
        finite(value.is_finite())
    }

    fn serialize_f64(self, value: f64) -> Result<(), Unencodable> {
        finite(value.is_finite())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Unencodable> {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Unencodable> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        value: &T,
    ) -> Result<(), Unencodable> {
        value.serialize(self)
    }
}

/// The compound forms differ only in the names of their methods.
macro_rules! elements {
    ($($trait:ident: $method:ident($($name:ty)?);)*) => {$(
        impl ser::$trait for Finite {
            type Ok = ();
            type Error = Unencodable;

            fn $method<T: Serialize + ?Sized>(
                &mut self, $(_: $name,)? value: &T,
            ) -> Result<(), Unencodable> {
                value.serialize(Finite)
            }

            fn end(self) -> Result<(), Unencodable> {
                Ok(())
            }
        }
    )*};
}

elements! {
    SerializeSeq: serialize_element();
    SerializeTuple: serialize_element();
    SerializeTupleStruct: serialize_field();
    SerializeTupleVariant: serialize_field();
    SerializeStruct: serialize_field(&'static str);
    SerializeStructVariant: serialize_field(&'static str);
}

impl ser::SerializeMap for Finite {
    type Ok = ();
    type Error = Unencodable;

    // `serde_json` itself refuses keys that are not strings.
    fn serialize_key<T: Serialize + ?Sized>(&mut self, _: &T) -> Result<(), Unencodable> {
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unencodable> {
        value.serialize(Finite)
    }

    fn end(self) -> Result<(), Unencodable> {
        Ok(())
    }
}
