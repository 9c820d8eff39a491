//! What is in a list, a dict or a variant.

use std::borrow::Cow;

use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error as _, MapAccess, SeqAccess, Unexpected,
    VariantAccess, Visitor,
};
use serde_json::Error;

use super::key::Key;
use super::{Kind, Reader, Tag, malformed};
use crate::payload::flask::text;
use crate::payload::flask::value::{Elements, Members};

pub(super) struct List<'de> {
    elements: Elements<'de>,
    depth: usize,
}

impl<'de> List<'de> {
    pub(super) fn new(list: &'de str, depth: usize) -> List<'de> {
        List { elements: Elements::new(list), depth }
    }

    fn next(&mut self) -> Result<Option<&'de str>, Error> {
        self.elements.next().map_err(malformed)
    }

    /// A type that takes fewer than there are would lose the others.
    pub(super) fn end(&mut self) -> Result<(), Error> {
        match self.next()? {
            None => Ok(()),
            Some(_) => Err(Error::custom("more elements than the type has")),
        }
    }
}

impl<'de> SeqAccess<'de> for &mut List<'de> {
    type Error = Error;

    fn next_element_seed<T>(&mut self, seed: T) -> Result<Option<T::Value>, Error>
    where
        T: DeserializeSeed<'de>,
    {
        let depth = self.depth;
        self.next()?.map(|text| seed.deserialize(Reader { text, depth })).transpose()
    }
}

pub(super) struct Dict<'de> {
    members: Members<'de>,
    depth: usize,
    value: Option<&'de str>,
}

impl<'de> Dict<'de> {
    pub(super) fn new(dict: &'de str, escaped: bool, depth: usize) -> Dict<'de> {
        Dict { members: Members::new(dict, escaped), depth, value: None }
    }

    fn next(&mut self) -> Result<Option<&'de str>, Error> {
        let member = self.members.next().map_err(malformed)?;
        self.value = member.map(|(_, value)| value);
        Ok(member.map(|(key, _)| key))
    }

    pub(super) fn end(&mut self) -> Result<(), Error> {
        match self.next()? {
            None => Ok(()),
            Some(_) => Err(Error::custom("more members than the type has")),
        }
    }
}

impl<'de> MapAccess<'de> for &mut Dict<'de> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        let Some(raw) = self.next()? else { return Ok(None) };
        let name = text::unescape(raw).ok_or_else(|| Error::custom("a key with no character"))?;
        seed.deserialize(Key(name)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let text = self.value.take().ok_or_else(|| Error::custom("a value before its key"))?;
        seed.deserialize(Reader { text, depth: self.depth })
    }
}

pub(super) struct Variant<'de> {
    pub(super) name: Cow<'de, str>,
    pub(super) value: Reader<'de>,
}

impl<'de> EnumAccess<'de> for Variant<'de> {
    type Error = Error;
    type Variant = Reader<'de>;

    fn variant_seed<V>(self, seed: V) -> Result<(V::Value, Reader<'de>), Error>
    where
        V: DeserializeSeed<'de>,
    {
        Ok((seed.deserialize(Key(self.name))?, self.value))
    }
}

impl<'de> VariantAccess<'de> for Reader<'de> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        serde::Deserialize::deserialize(self)
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Error> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        match self.kind()? {
            Kind::List(_) | Kind::Tagged(Tag::Tuple, _) => self.deserialize_any(visitor),
            _ => Err(Error::invalid_type(Unexpected::Other("no list"), &visitor)),
        }
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_any(visitor)
    }
}
