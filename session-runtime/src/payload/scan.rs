//! A place in a JSON text, and the steps from it: over a string, a number, a space.

use std::ops::Range;

use super::Malformed;

/// A place in a text.
pub(super) struct Scan<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    /// There was an escape since this was last reset.
    escapes: bool,
    /// There was an escape of a surrogate, with or without its other half.
    pub(super) surrogates: bool,
}

impl<'a> Scan<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Scan::starting(text, 0)
    }

    pub(super) fn starting(text: &'a str, at: usize) -> Self {
        Scan { text, at, escapes: false, surrogates: false }
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
        let key = self.string()?;
        self.space();
        self.expect(b':')?;
        self.space();
        Ok(key)
    }

    /// A key as above, and whether there are escapes in it.
    #[inline]
    pub(super) fn key_escaped(&mut self) -> Result<(Range<usize>, bool), Malformed> {
        self.escapes = false;
        let key = self.key()?;
        Ok((key, self.escapes))
    }

    /// The range between the quotes.
    #[inline]
    pub(super) fn string(&mut self) -> Result<Range<usize>, Malformed> {
        self.expect(b'"')?;
        let start = self.at;
        self.rest_of_string()?;
        Ok(start..self.at - 1)
    }

    fn rest_of_string(&mut self) -> Result<(), Malformed> {
        let bytes = self.text.as_bytes();
        let mut at = self.at;
        loop {
            at += plain(&bytes[at..]);
            match bytes.get(at) {
                Some(b'"') => break,
                Some(b'\\') => {
                    self.at = at;
                    self.escape()?;
                    at = self.at;
                }
                _ => return Err(Malformed::Syntax),
            }
        }
        self.at = at + 1;
        Ok(())
    }

    #[cold]
    fn escape(&mut self) -> Result<(), Malformed> {
        self.escapes = true;
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

    /// A number of any size: whether it has an exponent.
    #[inline]
    pub(super) fn number(&mut self) -> Result<bool, Malformed> {
        self.eat(b'-');
        match self.peek() {
            Some(b'0') => self.at += 1,
            _ => self.digits()?,
        }
        match self.peek() {
            Some(b'.' | b'e' | b'E') => self.fraction(),
            _ => Ok(false),
        }
    }

    /// What follows the digits before the point: whether it has an exponent.
    fn fraction(&mut self) -> Result<bool, Malformed> {
        if self.eat(b'.') {
            self.digits()?;
        }
        let has_exponent = self.eat(b'e') || self.eat(b'E');
        if has_exponent {
            let _sign = self.eat(b'+') || self.eat(b'-');
            self.digits()?;
        }
        Ok(has_exponent)
    }

    fn digits(&mut self) -> Result<(), Malformed> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        if self.at > start { Ok(()) } else { Err(Malformed::Syntax) }
    }
}

/// The number of bytes before the first that a string cannot have as it is: a
/// quote, a backslash or a control character.
///
/// Eight bytes at a time. `(x - n) & !x` has the high bit of a byte set where the
/// byte is less than `n`, and what it borrows from the next byte is wrong only
/// behind the first such byte (Hacker's Delight, 6-1).
fn plain(text: &[u8]) -> usize {
    const EACH: u64 = u64::from_le_bytes([1; 8]);
    const fn less(word: u64, n: u8) -> u64 {
        word.wrapping_sub(EACH * n as u64) & !word
    }
    const fn equal(word: u64, byte: u8) -> u64 {
        less(word ^ (EACH * byte as u64), 1)
    }
    let (words, rest) = text.as_chunks::<8>();
    for (at, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let special = less(word, 0x20) | equal(word, b'"') | equal(word, b'\\');
        let special = special & (EACH << 7);
        if special != 0 {
            return at * 8 + special.trailing_zeros() as usize / 8;
        }
    }
    let is_special = |byte: &u8| matches!(byte, 0..0x20 | b'"' | b'\\');
    let end = rest.iter().position(is_special).unwrap_or(rest.len());
    words.len() * 8 + end
}
