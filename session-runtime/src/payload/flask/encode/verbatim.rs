//! Text that somebody else wrote, as a value.

use crate::payload::flask::index::{self, Flask};
use crate::payload::flask::{MAX_TYPED_DEPTH, Malformed, text};
use crate::payload::scan::Scan;
use crate::payload::walk;

/// The text of a value, without the space around it, that will be read again,
/// `depth` containers deep: here, as any other value, and by Flask. Integers may be
/// of any size, as Python's are; a float that is not finite is refused as in every
/// format.
pub(super) fn check(given: &str, depth: usize) -> Result<&str, Malformed> {
    let value = index::check(given)?;
    let (mut scan, mut open) = (Scan::new(value), depth);
    while let Some(byte) = scan.peek() {
        match byte {
            b'"' => {
                let raw = scan.string()?;
                text::unescape(&value[raw]).ok_or(Malformed::Surrogate)?;
            }
            b'[' | b'{' => {
                open += 1;
                if open > MAX_TYPED_DEPTH {
                    return Err(Malformed::Depth);
                }
                scan.at += 1;
            }
            b']' | b'}' => {
                open -= 1;
                scan.at += 1;
            }
            b',' | b':' | b' ' | b'\t' | b'\n' | b'\r' => scan.at += 1,
            _ => {
                let start = scan.at;
                walk::word::<Flask>(&mut scan)?;
                let word = &value[start..scan.at];
                let is_integer = word.bytes().all(|byte| matches!(byte, b'-' | b'0'..=b'9'));
                if !is_integer && word.parse::<f64>().is_ok_and(|float| !float.is_finite()) {
                    return Err(Malformed::Number);
                }
            }
        }
    }
    Ok(value)
}
