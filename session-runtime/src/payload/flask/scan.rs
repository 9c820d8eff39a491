//! The words of Python's JSON.
//!
//! It is RFC 8259 with what Python's `json` adds to it: `NaN`, `Infinity` and
//! `-Infinity`, integers of 4300 digits, floats of any size, and lone surrogates
//! as escapes.

use super::Malformed;
pub(super) use crate::payload::scan::Scan;

/// The most digits of an integer that Python's `int()` reads and writes (since
/// 3.11, and 3.10.7).
const MAX_DIGITS: usize = 4300;

impl Scan<'_> {
    /// `true`, `null`, `-1.5e3`, `NaN`: whatever has no quotes and no brackets.
    pub(super) fn word(&mut self) -> Result<(), Malformed> {
        let rest = &self.text[self.at..];
        let words = ["true", "false", "null", "NaN", "Infinity", "-Infinity"];
        if let Some(word) = words.iter().find(|word| rest.starts_with(**word)) {
            self.at += word.len();
            return Ok(());
        }
        let number = self.number()?;
        if number.is_integer && number.digits > MAX_DIGITS {
            return Err(Malformed::Number);
        }
        Ok(())
    }
}
