//! Lists and tuples.

use serde::Serialize;
use serde::ser;

use super::{Unencodable, write};

pub(super) struct List<'a> {
    out: &'a mut String,
    /// Of what is in it.
    depth: usize,
    first: bool,
    close: String,
}

impl<'a> List<'a> {
    pub(super) fn new(out: &'a mut String, depth: usize, close: String) -> List<'a> {
        List { out, depth, first: true, close }
    }
}

/// The compound forms differ only in the names of their methods.
macro_rules! elements {
    ($($trait:ident: $method:ident;)*) => {$(
        impl ser::$trait for List<'_> {
            type Ok = ();
            type Error = Unencodable;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unencodable> {
                if !std::mem::take(&mut self.first) {
                    self.out.push(',');
                }
                write(value, self.out, self.depth)
            }

            fn end(self) -> Result<(), Unencodable> {
                self.out.push_str(&self.close);
                Ok(())
            }
        }
    )*};
}

elements! {
    SerializeSeq: serialize_element;
    SerializeTuple: serialize_element;
    SerializeTupleStruct: serialize_field;
    SerializeTupleVariant: serialize_field;
}
