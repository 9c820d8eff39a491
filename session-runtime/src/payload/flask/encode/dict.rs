//! Dicts, and the structs that are none.

use std::collections::BTreeMap;

use serde::Serialize;
use serde::ser;

use super::key::Key;
use super::{Unencodable, Writer, put_date, verbatim, write};
use crate::payload::flask::date::Instant;
use crate::payload::flask::object::Members;
use crate::payload::flask::tag::Tag;
use crate::payload::flask::text;
use crate::payload::json;

/// A dict whose keys are all known only at the end. The order of Rust's strings
/// is that of Python's: by code point.
pub(super) struct Dict<'a> {
    out: &'a mut String,
    /// Of what is in it.
    depth: usize,
    members: BTreeMap<String, String>,
    key: String,
    close: &'static str,
}

impl<'a> Dict<'a> {
    /// After the dict comes `close`.
    pub(super) fn new(depth: usize, out: &'a mut String, close: &'static str) -> Dict<'a> {
        Dict { out, depth, members: BTreeMap::new(), key: String::new(), close }
    }

    fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unencodable> {
        let mut text = String::new();
        write(value, &mut text, self.depth)?;
        // As in a dict, the last of equal keys wins.
        self.members.insert(std::mem::take(&mut self.key), text);
        Ok(())
    }

    fn finish(self) -> Result<(), Unencodable> {
        let mut members = Members::new(self.out, self.members.len() == 1);
        let mut raw = String::new();
        for (key, value) in &self.members {
            raw.clear();
            text::escape(key, &mut raw);
            members.key(&raw, Tag::of(key));
            members.out.push_str(value);
        }
        members.end();
        self.out.push_str(self.close);
        Ok(())
    }
}

impl ser::SerializeMap for Dict<'_> {
    type Ok = ();
    type Error = Unencodable;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Unencodable> {
        self.key = key.serialize(Key)?;
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unencodable> {
        self.value(value)
    }

    fn end(self) -> Result<(), Unencodable> {
        self.finish()
    }
}

impl ser::SerializeStructVariant for Dict<'_> {
    type Ok = ();
    type Error = Unencodable;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), Unencodable> {
        self.key = key.into();
        self.value(value)
    }

    fn end(self) -> Result<(), Unencodable> {
        self.finish()
    }
}

/// A struct: a dict, or one of those that serde's data model has no word for.
pub(super) enum Fields<'a> {
    Dict(Dict<'a>),
    /// A `SystemTime`, from its seconds since 1970.
    Time(&'a mut String, Option<i64>),
    /// A number of `serde_json`'s with its feature `arbitrary_precision`, or its
    /// `RawValue`: the text of a value.
    Verbatim {
        out: &'a mut String,
        /// Of what is in it.
        depth: usize,
    },
}

impl<'a> Fields<'a> {
    pub(super) fn new(writer: Writer<'a>, name: &str, len: usize) -> Result<Self, Unencodable> {
        Ok(match (name, len) {
            ("SystemTime", 2) => Fields::Time(writer.out, None),
            ("$serde_json::private::Number" | "$serde_json::private::RawValue", 1) => {
                Fields::Verbatim { out: writer.out, depth: writer.depth }
            }
            _ => Fields::Dict(writer.dict()?),
        })
    }
}

impl ser::SerializeStruct for Fields<'_> {
    type Ok = ();
    type Error = Unencodable;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), Unencodable> {
        match self {
            Fields::Dict(dict) => ser::SerializeStructVariant::serialize_field(dict, key, value),
            Fields::Time(_, seconds) => {
                if key == "secs_since_epoch" {
                    *seconds = value.serialize(Key)?.parse().ok();
                }
                Ok(())
            }
            Fields::Verbatim { out, depth } => {
                let text = value.serialize(Key)?;
                out.push_str(verbatim::check(&text, *depth).map_err(json::unreadable)?);
                Ok(())
            }
        }
    }

    fn end(self) -> Result<(), Unencodable> {
        match self {
            Fields::Dict(dict) => dict.finish(),
            Fields::Time(out, seconds) => put_date(seconds.and_then(Instant::from_seconds), out),
            Fields::Verbatim { .. } => Ok(()),
        }
    }
}
