//! A place in a JSON text, and the words that RFC 8259 and Python's JSON share.
//!
//! What only one of the two knows is in [`json`](super::json) and `flask`.

use std::ops::Range;

use super::Malformed;

/// A place in a text.
pub(super) struct Scan<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    /// There was an escape of a surrogate, with or without its other half.
    pub(super) surrogates: bool,
}

/// How a number is written.
pub(super) struct Number {
    /// The digits before the point and the exponent.
    #[cfg(feature = "flask")]
    pub(super) digits: usize,
    #[cfg(feature = "flask")]
    pub(super) is_integer: bool,
    pub(super) has_exponent: bool,
}

impl<'a> Scan<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Scan::starting(text, 0)
    }

    pub(super) fn starting(text: &'a str, at: usize) -> Self {
        Scan { text, at, surrogates: false }
    }
}

impl Scan<'_> {
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
    #[inline]
    pub(super) fn key(&mut self) -> Result<Range<usize>, Malformed> {
        self.key_escaped().map(|(key, _)| key)
    }

    /// A key as above, and whether there are escapes in it.
    #[inline]
    pub(super) fn key_escaped(&mut self) -> Result<(Range<usize>, bool), Malformed> {
        let key = self.string_escaped()?;
        self.space();
        self.expect(b':')?;
        self.space();
        Ok(key)
    }

    /// The range between the quotes.
    #[inline]
    pub(super) fn string(&mut self) -> Result<Range<usize>, Malformed> {
        self.string_escaped().map(|(text, _)| text)
    }

    fn string_escaped(&mut self) -> Result<(Range<usize>, bool), Malformed> {
        self.expect(b'"')?;
        let start = self.at;
        let mut escaped = false;
        loop {
            match self.peek().ok_or(Malformed::Syntax)? {
                b'"' => break,
                b'\\' => {
                    escaped = true;
                    self.escape()?;
                }
                0..0x20 => return Err(Malformed::Syntax),
                _ => self.at += 1,
            }
        }
        self.at += 1;
        Ok((start..self.at - 1, escaped))
    }

    fn escape(&mut self) -> Result<(), Malformed> {
        let rest = &self.text.as_bytes()[self.at + 1..];
        self.at += match rest.first().ok_or(Malformed::Syntax)? {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => 2,
            b'u' if rest.len() > 4 && rest[1..5].iter().all(u8::is_ascii_hexdigit) => {
                self.surrogates |=
                    matches!(rest[1..3], [b'd' | b'D', b'8'..=b'9' | b'a'..=b'f' | b'A'..=b'F']);
                6
            }
            _ => return Err(Malformed::Syntax),
        };
        Ok(())
    }

    /// A number of any size.
    #[inline]
    pub(super) fn number(&mut self) -> Result<Number, Malformed> {
        self.eat(b'-');
        #[cfg(feature = "flask")]
        let start = self.at;
        match self.peek() {
            Some(b'0') => self.at += 1,
            _ => self.digits()?,
        }
        #[cfg(feature = "flask")]
        let end = self.at;
        if self.eat(b'.') {
            self.digits()?;
        }
        let has_exponent = self.eat(b'e') || self.eat(b'E');
        if has_exponent {
            let _sign = self.eat(b'+') || self.eat(b'-');
            self.digits()?;
        }
        Ok(Number {
            #[cfg(feature = "flask")]
            digits: end - start,
            #[cfg(feature = "flask")]
            is_integer: self.at == end,
            has_exponent,
        })
    }

    fn digits(&mut self) -> Result<(), Malformed> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        if self.at > start { Ok(()) } else { Err(Malformed::Syntax) }
    }
}
