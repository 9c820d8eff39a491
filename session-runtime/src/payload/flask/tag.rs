//! Flask's tags: objects of one key that say which Python type a value has.
//!
//! | tag | value | in Python |
//! |---|---|---|
//! | `" t"` | a list | `tuple` |
//! | `" b"` | base64 | `bytes` |
//! | `" m"` | text | `Markup` |
//! | `" u"` | 32 digits of hex | `UUID` |
//! | `" d"` | an HTTP date | `datetime` |
//! | `" di"` | `{"<tag>__": value}` | a `dict` whose only key is a tag |

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::text;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tag {
    Tuple,
    Bytes,
    Markup,
    Uuid,
    Date,
    Dict,
}

/// What follows the key of a dict whose only key is a tag.
pub(super) const SUFFIX: &str = "__";

impl Tag {
    const ALL: [Tag; 6] = [Tag::Tuple, Tag::Bytes, Tag::Markup, Tag::Uuid, Tag::Date, Tag::Dict];

    pub(super) fn name(self) -> &'static str {
        match self {
            Tag::Tuple => " t",
            Tag::Bytes => " b",
            Tag::Markup => " m",
            Tag::Uuid => " u",
            Tag::Date => " d",
            Tag::Dict => " di",
        }
    }

    /// The tag that a key is.
    pub(super) fn of(key: &str) -> Option<Tag> {
        Tag::ALL.into_iter().find(|tag| tag.name() == key)
    }

    /// The tag that a key is, as it stands between its quotes.
    pub(super) fn of_raw(raw: &str) -> Option<Tag> {
        // Six escapes are longer than any tag needs.
        if raw.len() > 3 * 6 {
            return None;
        }
        Tag::of(&text::unescape(raw)?)
    }
}

/// The bytes of canonical base64, which is all that Flask writes.
pub(super) fn bytes(base64: &str) -> Option<Vec<u8>> {
    STANDARD.decode(base64).ok()
}

/// A UUID as a number, from what Python's `UUID()` reads: hex with hyphens
/// anywhere, in braces, as a URN.
pub(super) fn uuid(text: &str) -> Option<u128> {
    let hex = text.replace("urn:", "").replace("uuid:", "");
    let hex = hex.trim_matches(['{', '}']).replace('-', "");
    let digits = hex.len() == 32 && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
    if digits { u128::from_str_radix(&hex, 16).ok() } else { None }
}

/// As Rust's types read and write it.
pub(super) fn hyphenated(uuid: u128) -> String {
    let hex = format!("{uuid:032x}");
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}
