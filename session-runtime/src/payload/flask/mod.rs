//! What a Flask session holds, as Rust types.
//!
//! Flask's session is JSON with tags, so that more than JSON's types come back.
//! With `format = "flask"` a field's type says what the Flask application sees:
//!
//! | declared as | is in Python |
//! |---|---|
//! | `bool`, integers of any size, `f64`, `String`, `Option<T>` | `bool`, `int`, `float`, `str`, `None` or the value |
//! | `Vec<T>` and other sequences | `list` |
//! | `HashMap<String, T>`, `BTreeMap<String, T>`, a struct | `dict` |
//! | `(A, B)`, `[T; 3]`, `struct Point(f64, f64)` | `tuple` |
//! | [`Bytes`] (or whatever else serde serializes as bytes) | `bytes` |
//! | [`Markup`] | `markupsafe.Markup` |
//! | `uuid::Uuid` | `uuid.UUID` |
//! | [`Date<chrono::DateTime<Utc>>`](Date), `Date<time::OffsetDateTime>`, [`SystemTime`] | `datetime`, in whole seconds |
//! | an enum | as `serde_json` writes it: `str`, or a `dict` of one key |
//!
//! The other way is more generous: a `Vec<T>` reads a tuple and a tuple a list,
//! and a `String` reads markup, a UUID (with hyphens) and a date (RFC 3339). An
//! untyped `serde_json::Value` reads these strings too, bytes as base64, and
//! what is not finite as null. What a type cannot hold reads as absent and stays
//! as it is.
//!
//! serde looks into a `#[serde(flatten)]`ed struct and an untagged or internally
//! tagged enum before it knows the types there: [`Bytes`] and [`SystemTime`] do
//! not come back from within, nor does a `Date<time::OffsetDateTime>`.
//!
//! Without [`Date`], chrono's `DateTime` is written as a string and time's
//! `OffsetDateTime` as a tuple, as serde does. Neither reads a date that Flask
//! wrote, because the next write would change its type: the field reads as
//! absent, and a warning in the log says what to declare. There is one exception.
//! Within `flatten` and the enums above, chrono's `DateTime` does read a date and
//! is written as a string, so use `Date` there as well.
//!
//! # Where Flask is followed, and where not
//!
//! What no handler declares is passed through byte for byte: large integers,
//! `NaN`, tags that an application registered, 491 lists within lists. Some
//! sessions that Flask reads, and never writes, are refused:
//!
//! | refused | because |
//! |---|---|
//! | base64 with padding, junk, or bits left over, in any part | one session has one cookie |
//! | a payload that inflates to more than 64 KiB | 4 kB become 3 MB, for every request |
//! | bytes after the end of the zlib stream | nobody checks them |
//! | a field twice, or a tag | two readers may take different ones |
//! | a session that is null, a list or a tuple | it is an object |
//! | a tag with a value of another type: a dict for a tuple, null for a date | nothing writes it |
//!
//! What makes every route of Flask answer 500 is refused, too: a tag whose value
//! does not read, an integer of more than 4300 digits, a payload that is no JSON.
//! The visitor has a new session then.
//!
//! [`SystemTime`]: std::time::SystemTime

mod date;
mod decode;
mod encode;
mod flashes;
mod index;
mod object;
mod same;
mod special;
mod tag;
#[cfg(test)]
mod tests;
mod text;
mod translate;
mod types;
mod value;

pub(crate) use self::decode::{decode, is_undeclared};
pub(crate) use self::encode::encode;
pub(crate) use self::flashes::{Message, read_flashes, write_flashes};
pub(crate) use self::index::index;
pub(crate) use self::object::object;
pub(crate) use self::same::same;
pub(crate) use self::text::escape;
pub(crate) use self::translate::{Plain, from_json, to_json};
pub use self::types::{Bytes, Date, Markup};
use crate::payload::Malformed;

/// Values within values that are decoded and encoded, as in the other formats.
/// `serde` recurses, and so do most types.
const MAX_TYPED_DEPTH: usize = 127;
