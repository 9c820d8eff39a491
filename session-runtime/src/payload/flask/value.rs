//! One value of a payload, as far as its first look tells.

use super::Malformed;
use super::index::Flask;
use super::tag::{SUFFIX, Tag};
use super::text;
use crate::payload::scan::Scan;
use crate::payload::walk;

/// What kind of value a text is. Texts of strings are between the quotes,
/// lists and dicts with their brackets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind<'a> {
    Null,
    Bool(bool),
    Number(&'a str),
    Text(&'a str),
    List(&'a str),
    Dict(&'a str),
    /// The value of the tag.
    Tagged(Tag, &'a str),
}

impl<'a> Kind<'a> {
    /// The kind of a checked value.
    pub(super) fn of(text: &'a str) -> Result<Kind<'a>, Malformed> {
        Ok(match text.as_bytes().first().ok_or(Malformed::Syntax)? {
            b'n' => Kind::Null,
            b't' | b'f' => Kind::Bool(text == "true"),
            b'"' => Kind::Text(&text[Scan::new(text).string()?]),
            b'[' => Kind::List(text),
            b'{' => {
                let mut members = Members::new(text, false);
                match (members.next()?, members.next()?) {
                    (Some((key, value)), None) => match Tag::of_raw(key) {
                        Some(tag) => Kind::Tagged(tag, value),
                        None => Kind::Dict(text),
                    },
                    _ => Kind::Dict(text),
                }
            }
            _ => Kind::Number(text),
        })
    }

    /// The text between the quotes, of a plain string or of a tag's.
    pub(super) fn text(self) -> Option<&'a str> {
        match self {
            Kind::Text(raw) => Some(raw),
            Kind::Tagged(_, value) => match Kind::of(value) {
                Ok(Kind::Text(raw)) => Some(raw),
                _ => None,
            },
            _ => None,
        }
    }
}

/// The elements of a checked list, each as its text.
pub(super) struct Elements<'a>(Scan<'a>);

impl<'a> Elements<'a> {
    pub(super) fn new(list: &'a str) -> Elements<'a> {
        Elements(Scan::starting(list, 1))
    }

    pub(super) fn next(&mut self) -> Result<Option<&'a str>, Malformed> {
        let Elements(scan) = self;
        if at_end(scan, b']') {
            return Ok(None);
        }
        let start = scan.at;
        walk::value::<Flask>(scan)?;
        Ok(Some(&scan.text[start..scan.at]))
    }
}

/// The members of a checked dict: each key between its quotes, and its value.
pub(super) struct Members<'a> {
    scan: Scan<'a>,
    /// Whether the keys end in a suffix that is none of theirs.
    escaped: bool,
}

impl<'a> Members<'a> {
    pub(super) fn new(dict: &'a str, escaped: bool) -> Members<'a> {
        Members { scan: Scan::starting(dict, 1), escaped }
    }

    pub(super) fn next(&mut self) -> Result<Option<(&'a str, &'a str)>, Malformed> {
        let scan = &mut self.scan;
        if at_end(scan, b'}') {
            return Ok(None);
        }
        let key = &scan.text[scan.key()?];
        let start = scan.at;
        walk::value::<Flask>(scan)?;
        let key = if self.escaped { unescaped(key) } else { key };
        Ok(Some((key, &scan.text[start..scan.at])))
    }
}

/// Goes to what comes next in a container, past the comma if there was one
/// before. Past its end, too, is the end.
pub(super) fn at_end(scan: &mut Scan<'_>, close: u8) -> bool {
    scan.space();
    if scan.at == scan.text.len() || scan.eat(close) {
        return true;
    }
    scan.eat(b',');
    scan.space();
    false
}

/// A key without its suffix. Flask takes off two characters, whatever they are.
fn unescaped(key: &str) -> &str {
    key.strip_suffix(SUFFIX).unwrap_or_else(|| text::without_last(key, 2))
}
