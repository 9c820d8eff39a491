//! Where each field lies in the payload of a Flask session.
//!
//! As [`json::index`](crate::payload::json), for what Flask writes and reads. One pass
//! finds the ranges of the top-level keys and values and checks everything that
//! Flask stumbles over, so that a session which opens here opens there too: the
//! grammar, the depth, and the value of every tag at every level.
//!
//! Flask reads more than it writes: `null` or a list of pairs for a session, a
//! dict for a tuple, `null` for a date. Nothing of that is read here. A key that
//! comes twice Flask never writes either; it is for the caller to see.

use std::ops::Range;

use super::Malformed;
use super::date::Instant;
use super::scan::Scan;
use super::tag::{self, SUFFIX, Tag};
use super::text;
use crate::payload::Entry;

/// Containers within containers, the session itself included. Flask on Python
/// 3.11, whose stack has a thousand frames, reads a session of 491 lists within
/// lists. Nothing is decoded so deep: this is what is passed through.
const MAX_DEPTH: usize = 492;

/// A lone surrogate in a key, which no `String` can hold, keeps its escape.
fn entry(text: &str, key: Range<usize>, value: Range<usize>) -> Entry {
    let raw = &text[key.clone()];
    let unescaped = raw.contains('\\').then(|| text::name(raw).into_owned());
    Entry { key, unescaped, value }
}

/// Finds the fields of the session `text` and gives each to `found`.
pub(crate) fn index(text: &str, mut found: impl FnMut(Entry)) -> Result<(), Malformed> {
    let mut scan = Scan::new(text);
    scan.space();
    scan.expect(b'{')?;
    scan.space();
    if scan.eat(b'}') {
        return scan.end();
    }
    // A single field may be a tag, which only the end shows.
    let (first, shape) = member(&mut scan)?;
    if scan.eat(b'}') {
        scan.end()?;
        match (Tag::of_raw(&text[first.key.clone()]), shape) {
            (None, _) => found(first),
            (Some(Tag::Dict), Shape::Dict { single: true }) => found(inner(text, &first)?),
            _ => return Err(Malformed::Tag),
        }
        return Ok(());
    }
    found(first);
    loop {
        scan.expect(b',')?;
        scan.space();
        found(member(&mut scan)?.0);
        if scan.eat(b'}') {
            return scan.end();
        }
    }
}

/// Whether a text is one value that a session can have.
pub(super) fn check(text: &str) -> Result<(), Malformed> {
    let mut scan = Scan::new(text);
    value(&mut scan)?;
    scan.end()
}

/// A member, up to the comma or the brace after it.
fn member(scan: &mut Scan<'_>) -> Result<(Entry, Shape), Malformed> {
    let key = scan.key()?;
    let start = scan.at;
    let shape = value(scan)?;
    let entry = entry(scan.text, key, start..scan.at);
    scan.space();
    Ok((entry, shape))
}

/// The field of a session whose only key is a tag: `{" di":{" t__":value}}`.
fn inner(text: &str, outer: &Entry) -> Result<Entry, Malformed> {
    let mut scan = Scan::starting(text, outer.value.start);
    scan.expect(b'{')?;
    scan.space();
    let (Entry { key, value, .. }, _) = member(&mut scan)?;
    // Exactly what Flask writes, because that is what is written back.
    let raw = text[key.clone()].strip_suffix(SUFFIX).ok_or(Malformed::Tag)?;
    Tag::of_raw(raw).ok_or(Malformed::Tag)?;
    Ok(entry(text, key.start..key.start + raw.len(), value))
}

/// What a tag needs to know of its value.
enum Shape {
    Text(Range<usize>),
    List,
    /// Not a tagged one.
    Dict {
        single: bool,
    },
    Other,
}

/// A container that is not closed yet.
enum Open {
    List,
    Dict {
        /// Of one key so far, which may be a tag.
        single: bool,
        tag: Option<Tag>,
    },
}

/// Goes to the end of a value.
pub(super) fn skip(scan: &mut Scan<'_>) -> Result<(), Malformed> {
    value(scan).map(drop)
}

/// One value of any kind, without recursion.
fn value(scan: &mut Scan<'_>) -> Result<Shape, Malformed> {
    let mut open = Vec::new();
    loop {
        let mut shape = match scan.peek().ok_or(Malformed::Syntax)? {
            b'"' => Shape::Text(scan.string()?),
            bracket @ (b'[' | b'{') => {
                // With the session itself and this one.
                if open.len() + 2 > MAX_DEPTH {
                    return Err(Malformed::Depth);
                }
                scan.at += 1;
                scan.space();
                match bracket {
                    b'[' if scan.eat(b']') => Shape::List,
                    b'[' => {
                        open.push(Open::List);
                        continue;
                    }
                    _ if scan.eat(b'}') => Shape::Dict { single: false },
                    _ => {
                        let key = scan.key()?;
                        open.push(Open::Dict { single: true, tag: Tag::of_raw(&scan.text[key]) });
                        continue;
                    }
                }
            }
            _ => {
                scan.word()?;
                Shape::Other
            }
        };
        // A value is complete: close what closes, or go on to the next.
        loop {
            if !open.is_empty() {
                scan.space();
            }
            match open.last_mut() {
                None => return Ok(shape),
                Some(Open::List) if scan.eat(b']') => shape = Shape::List,
                Some(Open::Dict { single, tag }) if scan.eat(b'}') => {
                    shape = close(scan.text, *single, *tag, &shape)?;
                }
                Some(Open::List) => {
                    scan.expect(b',')?;
                    scan.space();
                    break;
                }
                Some(Open::Dict { single, tag }) => {
                    scan.expect(b',')?;
                    scan.space();
                    let key = scan.key()?;
                    // Python's dict would have one key, and so be tagged.
                    if tag.is_some() && *tag == Tag::of_raw(&scan.text[key]) {
                        return Err(Malformed::DuplicateKey);
                    }
                    (*single, *tag) = (false, None);
                    break;
                }
            }
            open.pop();
        }
    }
}

/// The shape of a dict, from the shape of its last value.
fn close(text: &str, single: bool, tag: Option<Tag>, last: &Shape) -> Result<Shape, Malformed> {
    let Some(tag) = tag else { return Ok(Shape::Dict { single }) };
    let fits = match (tag, last) {
        (Tag::Tuple, Shape::List) | (Tag::Dict, Shape::Dict { single: true }) => true,
        (Tag::Markup, Shape::Text(_)) => true,
        (Tag::Bytes, Shape::Text(raw)) => tag::bytes(&text[raw.clone()]).is_some(),
        (Tag::Uuid, Shape::Text(raw)) => tag::uuid(&text[raw.clone()]).is_some(),
        (Tag::Date, Shape::Text(raw)) => Instant::from_http(&text[raw.clone()]).is_some(),
        _ => false,
    };
    if fits { Ok(Shape::Other) } else { Err(Malformed::Tag) }
}
