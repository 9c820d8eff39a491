//! Strings: Flask's escapes and back, and Python's order of them.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt::Write;
use std::str::Chars;

/// Appends a string's text as Flask writes it between the quotes: in ASCII.
pub(crate) fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            ' '..='~' => out.push(c),
            _ => c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| escape_unit(*unit, out)),
        }
    }
}

fn escape_unit(unit: u16, out: &mut String) {
    // A `String` takes everything.
    let _ = write!(out, "\\u{unit:04x}");
}

/// The same with the quotes.
pub(super) fn quote(text: &str, out: &mut String) {
    out.push('"');
    escape(text, out);
    out.push('"');
}

/// The string of a text between its quotes, or `None` where a lone surrogate
/// makes it one that only Python can hold.
pub(super) fn unescape(raw: &str) -> Option<Cow<'_, str>> {
    if !raw.contains('\\') {
        return Some(Cow::Borrowed(raw));
    }
    let points = code_points(raw).map(char::from_u32);
    points.collect::<Option<String>>().map(Cow::Owned)
}

/// The name of a key in its text between the quotes. Where there are lone
/// surrogates it has their escapes: different keys keep different names.
pub(super) fn name(raw: &str) -> Cow<'_, str> {
    unescape(raw).unwrap_or_else(|| {
        let mut name = String::new();
        for point in code_points(raw) {
            match (char::from_u32(point), u16::try_from(point)) {
                (Some(c), _) => name.push(c),
                (None, Ok(surrogate)) => escape_unit(surrogate, &mut name),
                (None, Err(_)) => unreachable!("only surrogates are no characters"),
            }
        }
        Cow::Owned(name)
    })
}

/// How Python orders two keys, each as it stands between its quotes.
pub(super) fn order(a: &str, b: &str) -> Ordering {
    code_points(a).cmp(code_points(b))
}

/// A checked text's code points, lone surrogates among them.
pub(super) fn code_points(raw: &str) -> impl Iterator<Item = u32> {
    let mut chars = raw.chars();
    std::iter::from_fn(move || code_point(&mut chars))
}

/// A checked text without its last `count` code points.
pub(super) fn without_last(raw: &str, count: usize) -> &str {
    let (mut starts, mut chars) = (vec![0], raw.chars());
    while code_point(&mut chars).is_some() {
        starts.push(raw.len() - chars.as_str().len());
    }
    // The last of them is the end.
    let kept = starts.len().saturating_sub(count + 1);
    &raw[..starts[kept]]
}

fn code_point(chars: &mut Chars<'_>) -> Option<u32> {
    let c = chars.next()?;
    if c != '\\' {
        return Some(u32::from(c));
    }
    Some(match chars.next()? {
        'b' => 0x08,
        'f' => 0x0c,
        'n' => 0x0a,
        'r' => 0x0d,
        't' => 0x09,
        'u' => {
            let rest = chars.as_str();
            let high = unit(rest)?;
            *chars = rest[4..].chars();
            let low = rest[4..].strip_prefix("\\u").and_then(unit);
            match low {
                Some(low @ 0xdc00..0xe000) if (0xd800..0xdc00).contains(&high) => {
                    *chars = rest[10..].chars();
                    0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00)
                }
                _ => high,
            }
        }
        other => u32::from(other),
    })
}

/// The four digits of an escape.
fn unit(digits: &str) -> Option<u32> {
    u32::from_str_radix(digits.get(..4)?, 16).ok()
}
