//! The words of Python's JSON.
//!
//! It is RFC 8259 with what Python's `json` adds to it: `NaN`, `Infinity` and
//! `-Infinity`, integers of 4300 digits, floats of any size, and lone surrogates
//! as escapes.

use std::ops::Range;

use super::Malformed;

/// The most digits of an integer that Python's `int()` reads and writes (since
/// 3.11, and 3.10.7).
const MAX_DIGITS: usize = 4300;

/// A place in a text.
pub(super) struct Scan<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
}

impl<'a> Scan<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Scan { text, at: 0 }
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    pub(super) fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    pub(super) fn expect(&mut self, byte: u8) -> Result<(), Malformed> {
        if self.eat(byte) { Ok(()) } else { Err(Malformed::Syntax) }
    }

    pub(super) fn space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    /// Nothing but space may follow.
    pub(super) fn end(&mut self) -> Result<(), Malformed> {
        self.space();
        if self.at == self.text.len() { Ok(()) } else { Err(Malformed::Syntax) }
    }

    /// A key, up to where its value begins.
    pub(super) fn key(&mut self) -> Result<Range<usize>, Malformed> {
        let key = self.string()?;
        self.space();
        self.expect(b':')?;
        self.space();
        Ok(key)
    }

    /// The range between the quotes.
    pub(super) fn string(&mut self) -> Result<Range<usize>, Malformed> {
        self.expect(b'"')?;
        let start = self.at;
        loop {
            match self.peek().ok_or(Malformed::Syntax)? {
                b'"' => break,
                b'\\' => self.escape()?,
                0..0x20 => return Err(Malformed::Syntax),
                _ => self.at += 1,
            }
        }
        self.at += 1;
        Ok(start..self.at - 1)
    }

    fn escape(&mut self) -> Result<(), Malformed> {
        let rest = &self.text.as_bytes()[self.at + 1..];
        self.at += match rest.first().ok_or(Malformed::Syntax)? {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => 2,
            b'u' if rest.len() > 4 && rest[1..5].iter().all(u8::is_ascii_hexdigit) => 6,
            _ => return Err(Malformed::Syntax),
        };
        Ok(())
    }

    /// `true`, `null`, `-1.5e3`, `NaN`: whatever has no quotes and no brackets.
    pub(super) fn word(&mut self) -> Result<(), Malformed> {
        let rest = &self.text[self.at..];
        let words = ["true", "false", "null", "NaN", "Infinity", "-Infinity"];
        match words.iter().find(|word| rest.starts_with(**word)) {
            Some(word) => self.at += word.len(),
            None => self.number()?,
        }
        Ok(())
    }

    fn number(&mut self) -> Result<(), Malformed> {
        self.eat(b'-');
        let start = self.at;
        match self.peek() {
            Some(b'0') => self.at += 1,
            _ => self.digits()?,
        }
        let end = self.at;
        if self.eat(b'.') {
            self.digits()?;
        }
        if self.eat(b'e') || self.eat(b'E') {
            let _sign = self.eat(b'+') || self.eat(b'-');
            self.digits()?;
        }
        let is_integer = self.at == end;
        if is_integer && end - start > MAX_DIGITS { Err(Malformed::Number) } else { Ok(()) }
    }

    fn digits(&mut self) -> Result<(), Malformed> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        if self.at > start { Ok(()) } else { Err(Malformed::Syntax) }
    }
}
