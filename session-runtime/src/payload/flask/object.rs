//! The session as Flask writes it.

use std::borrow::Cow;

use super::tag::{SUFFIX, Tag};
use super::text;

/// The payload of these fields. Each is the key's text between its quotes, as
/// the payload it came in has it or as [`escape`](super::escape) makes it, and
/// the value's text.
pub(crate) fn object(mut fields: Vec<(Cow<'_, str>, &str)>) -> String {
    fields.sort_by(|(a, _), (b, _)| text::order(a, b));
    let length: usize = fields.iter().map(|(key, value)| key.len() + value.len() + 4).sum();
    let mut out = String::with_capacity(length + 16);
    let mut members = Members::new(&mut out, fields.len() == 1);
    for (key, value) in &fields {
        members.key(key, Tag::of_raw(key));
        members.out.push_str(value);
    }
    members.end();
    out
}

/// The members of a dict on their way out, already in order.
pub(super) struct Members<'a> {
    pub(super) out: &'a mut String,
    single: bool,
    first: bool,
    tagged: bool,
}

impl<'a> Members<'a> {
    /// Of a single one it matters whether its key is a tag.
    pub(super) fn new(out: &'a mut String, single: bool) -> Members<'a> {
        Members { out, single, first: true, tagged: false }
    }

    /// Writes a key's text between its quotes; the value comes next.
    pub(super) fn key(&mut self, raw: &str, tag: Option<Tag>) {
        let suffix = match tag {
            Some(_) if self.single => {
                self.out.extend(["{\"", Tag::Dict.name(), "\":"]);
                self.tagged = true;
                SUFFIX
            }
            _ => "",
        };
        self.out.push(if self.first { '{' } else { ',' });
        self.first = false;
        self.out.extend(["\"", raw, suffix, "\":"]);
    }

    pub(super) fn end(self) {
        self.out.push_str(match self {
            Members { first: true, .. } => "{}",
            Members { tagged: true, .. } => "}}",
            _ => "}",
        });
    }
}
