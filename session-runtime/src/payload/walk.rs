//! The walk over a JSON text: one pass without recursion, in either grammar.

use super::scan::Scan;
use super::{Entry, Malformed};

/// What JSON and Flask's JSON differ in. A value of the type is what a walk
/// remembers of the containers that it is in.
pub(super) trait Grammar: Default {
    /// Containers within containers, the payload's own object included.
    const MAX_DEPTH: usize;
    /// What stands without quotes and brackets and is not a number.
    const WORDS: &'static [&'static str];

    /// Whether a number of more than 300 digits, or with an exponent, is in range.
    fn in_range(number: &str) -> bool;

    /// The name that a key with escapes stands for, from its text between the quotes.
    fn name(raw: &str) -> Result<String, Malformed>;

    /// A container begins that is not empty.
    fn open(&mut self, is_object: bool);

    /// Whether the innermost container is an object.
    fn in_object(&self) -> bool;

    /// Goes past a key of that object, to its value.
    #[inline]
    fn key(&mut self, scan: &mut Scan<'_>) -> Result<(), Malformed> {
        scan.key().map(drop)
    }

    /// The innermost container ends here.
    fn close(&mut self, scan: &Scan<'_>) -> Result<(), Malformed>;
}

/// Finds the fields of the object `text` and gives each to `found`. Whether one
/// comes twice is for the caller to see: it has the others.
pub(super) fn fields<G: Grammar>(
    text: &str,
    mut found: impl FnMut(Entry),
) -> Result<(), Malformed> {
    let mut scan = Scan::new(text);
    scan.space();
    scan.expect(b'{')?;
    scan.space();
    if !scan.eat(b'}') {
        loop {
            found(member::<G>(&mut scan)?);
            if !scan.eat(b',') {
                break scan.expect(b'}')?;
            }
            scan.space();
        }
    }
    scan.end()
}

/// One member, up to the comma or the brace after it.
pub(super) fn member<G: Grammar>(scan: &mut Scan<'_>) -> Result<Entry, Malformed> {
    let (key, escaped) = scan.key_escaped()?;
    let start = scan.at;
    value::<G>(scan)?;
    let value = start..scan.at;
    let unescaped = escaped.then(|| G::name(&scan.text[key.clone()])).transpose()?;
    scan.space();
    Ok(Entry { key, unescaped, value })
}

/// One value, and nothing but space around it.
pub(super) fn whole<G: Grammar>(scan: &mut Scan<'_>) -> Result<(), Malformed> {
    scan.space();
    value::<G>(scan)?;
    scan.end()
}

/// One value of any kind.
pub(super) fn value<G: Grammar>(scan: &mut Scan<'_>) -> Result<(), Malformed> {
    let mut containers = G::default();
    // The payload's own object is the first container.
    let mut depth = 1;
    loop {
        match scan.peek().ok_or(Malformed::Syntax)? {
            b'"' => scan.string().map(drop)?,
            open @ (b'{' | b'[') => {
                if depth == G::MAX_DEPTH {
                    return Err(Malformed::Depth);
                }
                scan.at += 1;
                scan.space();
                let is_object = open == b'{';
                if !scan.eat(if is_object { b'}' } else { b']' }) {
                    depth += 1;
                    containers.open(is_object);
                    if is_object {
                        containers.key(scan)?;
                    }
                    continue;
                }
            }
            _ => word::<G>(scan)?,
        }
        // A value is complete: close what closes, or go on to the next.
        loop {
            if depth == 1 {
                return Ok(());
            }
            let in_object = containers.in_object();
            scan.space();
            match scan.peek() {
                Some(b',') => {
                    scan.at += 1;
                    scan.space();
                    if in_object {
                        containers.key(scan)?;
                    }
                    break;
                }
                Some(close) if close == if in_object { b'}' } else { b']' } => {
                    containers.close(scan)?;
                    scan.at += 1;
                    depth -= 1;
                }
                _ => return Err(Malformed::Syntax),
            }
        }
    }
}

/// A number or a word: whatever has no quotes and no brackets.
pub(super) fn word<G: Grammar>(scan: &mut Scan<'_>) -> Result<(), Malformed> {
    let start = scan.at;
    let rest = &scan.text.as_bytes()[start..];
    let is_digit = rest.first().is_some_and(u8::is_ascii_digit);
    if !is_digit && let Some(word) = G::WORDS.iter().find(|word| rest.starts_with(word.as_bytes()))
    {
        scan.at += word.len();
        return Ok(());
    }
    let has_exponent = scan.number()?;
    // An f64 holds every number of up to 300 digits.
    let is_large = has_exponent || scan.at - start > 300;
    if is_large && !G::in_range(&scan.text[start..scan.at]) {
        return Err(Malformed::Number);
    }
    Ok(())
}
