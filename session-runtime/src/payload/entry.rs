//! Where a field lies in a payload's text.

use std::collections::HashSet;
use std::fmt;
use std::ops::Range;

/// Up to here, comparing every key with every other is faster than hashing.
const FEW: usize = 16;

/// One field of the payload, as ranges of its text.
#[derive(Debug)]
pub(crate) struct Entry {
    /// The key between its quotes, escapes and all.
    pub(crate) key: Range<usize>,
    /// The key without escapes, where it has any.
    pub(crate) unescaped: Option<String>,
    /// The value, from its first byte to its last.
    pub(crate) value: Range<usize>,
}

impl Entry {
    pub(crate) fn name<'a>(&'a self, text: &'a str) -> &'a str {
        self.unescaped.as_deref().unwrap_or(&text[self.key.clone()])
    }
}

/// Why a payload is not an object of fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Malformed {
    Syntax,
    Depth,
    DuplicateKey,
    Number,
    /// Half of a character that takes two escapes.
    Surrogate,
    /// Flask's: a tag whose value is not what the tag says.
    #[cfg(feature = "flask")]
    Tag,
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Malformed::Syntax => "it is not a JSON object",
            Malformed::Depth => "it is nested too deeply",
            Malformed::DuplicateKey => "it has a field twice",
            Malformed::Number => "it has a number out of range",
            Malformed::Surrogate => "it has half of a surrogate pair",
            #[cfg(feature = "flask")]
            Malformed::Tag => "it has a tag with a value of another type",
        })
    }
}

/// Whether no name comes twice.
pub(crate) fn are_unique<'a>(names: impl Iterator<Item = &'a str> + Clone) -> bool {
    if names.size_hint().1.is_some_and(|count| count <= FEW) {
        let mut rest = names.clone();
        return names.into_iter().all(|name| {
            rest.next();
            rest.clone().all(|other| other != name)
        });
    }
    let mut seen = HashSet::new();
    names.into_iter().all(|name| seen.insert(name))
}
