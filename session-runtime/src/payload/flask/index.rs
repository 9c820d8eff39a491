//! Where each field lies in the payload of a Flask session.
//!
//! As [`json::index`](crate::payload::json), for what Flask writes and reads. One pass
//! finds the ranges of the top-level keys and values and checks everything that
//! Flask stumbles over, so that a session which opens here opens there too: the
//! grammar, the depth, and the value of every tag at every level. The grammar is
//! RFC 8259 with what Python's `json` adds to it: `NaN`, `Infinity` and `-Infinity`,
//! integers of 4300 digits, floats of any size, and lone surrogates as escapes.
//!
//! Flask reads more than it writes: `null` or a list of pairs for a session, a
//! dict for a tuple, `null` for a date. Nothing of that is read here. A key that
//! comes twice Flask never writes either; it is for the caller to see.

use super::Malformed;
use super::date::Instant;
use super::tag::{self, SUFFIX, Tag};
use super::text;
use crate::payload::Entry;
use crate::payload::scan::Scan;
use crate::payload::walk::{self, Grammar};

/// Python's JSON with Flask's tags. A tag is the only key of a dict, and says what
/// its value has to be.
#[derive(Default)]
pub(super) struct Flask {
    open: Vec<Container>,
    /// The container that ended last was a dict of one key that is no tag.
    single: bool,
}

enum Container {
    List,
    /// A dict that has no key yet.
    Dict,
    /// A dict of one key so far, which may be a tag, and where its value begins.
    Single(Option<Tag>, usize),
    /// A dict of several keys.
    Many,
}

impl Grammar for Flask {
    /// Flask on Python 3.11, whose stack has a thousand frames, reads a session of
    /// 491 lists within lists. Nothing is decoded so deep: this is what is passed
    /// through.
    const MAX_DEPTH: usize = 492;
    const WORDS: &[&str] = &["true", "false", "null", "NaN", "Infinity", "-Infinity"];

    /// A lone surrogate in a key, which no `String` can hold, keeps its escape.
    fn name(raw: &str) -> Result<String, Malformed> {
        Ok(text::name(raw).into_owned())
    }

    /// Python's `int()` reads and writes 4300 digits (since 3.11, and 3.10.7). A float
    /// has no limit.
    fn in_range(number: &str) -> bool {
        number.trim_start_matches('-').len() <= 4300 || number.contains(['.', 'e', 'E'])
    }

    fn open(&mut self, is_object: bool) {
        self.single = false;
        self.open.push(if is_object { Container::Dict } else { Container::List });
    }

    fn in_object(&self) -> bool {
        !matches!(self.open.last(), Some(Container::List))
    }

    fn key(&mut self, scan: &mut Scan<'_>) -> Result<(), Malformed> {
        let key = scan.key()?;
        let tag = || Tag::of_raw(&scan.text[key]);
        if let Some(dict) = self.open.last_mut() {
            *dict = match dict {
                Container::Dict => Container::Single(tag(), scan.at),
                // Python's dict would have one key, and so be tagged.
                Container::Single(first @ Some(_), _) if *first == tag() => {
                    return Err(Malformed::DuplicateKey);
                }
                _ => Container::Many,
            };
        }
        Ok(())
    }

    fn close(&mut self, scan: &Scan<'_>) -> Result<(), Malformed> {
        let single = std::mem::take(&mut self.single);
        match self.open.pop() {
            Some(Container::Single(Some(tag), start))
                if !fits(tag, single, &scan.text[start..]) =>
            {
                return Err(Malformed::Tag);
            }
            Some(Container::Single(None, _)) => self.single = true,
            _ => {}
        }
        Ok(())
    }
}

/// Whether a value is what the tag says. If it is a dict, `single` says whether it
/// has one key that is no tag.
fn fits(tag: Tag, single: bool, value: &str) -> bool {
    let string = || Scan::new(value).string().ok().map(|raw| &value[raw]);
    match tag {
        Tag::Tuple => value.starts_with('['),
        Tag::Dict => value.starts_with('{') && single,
        Tag::Markup => string().is_some(),
        Tag::Bytes => string().and_then(tag::bytes).is_some(),
        Tag::Uuid => string().and_then(tag::uuid).is_some(),
        Tag::Date => string().and_then(Instant::from_http).is_some(),
    }
}

/// Finds the fields of the session `text` and gives each to `found`.
pub(crate) fn index(text: &str, mut found: impl FnMut(Entry)) -> Result<(), Malformed> {
    // A single field may be a tag, which only the end shows.
    let (mut last, mut is_single) = (None, true);
    walk::fields::<Flask>(text, |entry| {
        if let Some(before) = last.replace(entry) {
            is_single = false;
            found(before);
        }
    })?;
    if let Some(last) = last {
        let is_tagged = is_single && Tag::of_raw(&text[last.key.clone()]).is_some();
        found(if is_tagged { inner(text, &last).ok_or(Malformed::Tag)? } else { last });
    }
    Ok(())
}

/// The field of a session whose only key is a tag: `{" di":{" t__":value}}`.
fn inner(text: &str, outer: &Entry) -> Option<Entry> {
    if Tag::of_raw(&text[outer.key.clone()])? != Tag::Dict {
        return None;
    }
    let mut scan = Scan::starting(text, outer.value.start);
    scan.expect(b'{').ok()?;
    scan.space();
    let Entry { mut key, unescaped, value } = walk::member::<Flask>(&mut scan).ok()?;
    scan.expect(b'}').ok()?;
    // Exactly what Flask writes, because that is what is written back.
    let raw = text[key.clone()].strip_suffix(SUFFIX)?;
    let tag = Tag::of_raw(raw)?;
    key.end -= SUFFIX.len();
    Some(Entry { key, unescaped: unescaped.map(|_| tag.name().into()), value })
}

/// The text of one value that a session can have, without the space around it.
pub(super) fn check(text: &str) -> Result<&str, Malformed> {
    walk::whole::<Flask>(&mut Scan::new(text))?;
    Ok(text.trim_matches([' ', '\t', '\n', '\r']))
}
