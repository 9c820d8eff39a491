//! Where each field lies in the payload.
//!
//! One pass over the JSON text of a verified payload finds the ranges of its
//! top-level keys and values, so that a request decodes only what it reads and
//! copies the rest byte for byte. The pass is a full check of the grammar of
//! RFC 8259: what it accepts, `serde_json` accepts too (a property test holds
//! it to that), but for lone surrogates in a value, which read as absent. It
//! refuses what a decoder could stumble over later: depth, duplicate fields,
//! and numbers that no `f64` can hold. Duplicate keys within a value are for
//! the value's type to judge, as with every JSON it reads.

use crate::payload::scan::Scan;
use crate::payload::{Entry, Malformed};

/// Containers within containers, the payload's own object included. It is
/// `serde_json`'s own limit, and the number of bits of the stack below.
pub(crate) const MAX_DEPTH: usize = 128;

/// Finds the fields of the JSON object `text` and gives each to `found`.
/// Whether one comes twice is for the caller to see: it has the others.
pub(crate) fn index(text: &str, mut found: impl FnMut(Entry)) -> Result<(), Malformed> {
    let mut scan = Scan::new(text);
    scan.space();
    scan.expect(b'{')?;
    scan.space();
    if !scan.eat(b'}') {
        loop {
            found(member(&mut scan)?);
            scan.space();
            if scan.eat(b',') {
                scan.space();
            } else {
                break scan.expect(b'}')?;
            }
        }
    }
    scan.end()
}

/// Whether a value is one that `index` accepts within a payload.
#[cfg(feature = "flask")]
pub(crate) fn is_readable(value: &str) -> bool {
    whole(&mut Scan::new(value)).is_ok()
}

/// Whether a value that was written here will be read: by `index`, and as a
/// `serde_json::Value`.
pub(crate) fn check(value: &str) -> Result<(), Malformed> {
    let mut scan = Scan::new(value);
    whole(&mut scan)?;
    // Nothing that Rust's strings become has such an escape. It costs a second
    // look only where somebody else wrote one.
    if scan.surrogates && serde_json::from_str::<serde_json::Value>(value).is_err() {
        return Err(Malformed::Surrogate);
    }
    Ok(())
}

/// One value, and nothing but space around it.
fn whole(scan: &mut Scan<'_>) -> Result<(), Malformed> {
    scan.space();
    value(scan)?;
    scan.end()
}

fn member(scan: &mut Scan<'_>) -> Result<Entry, Malformed> {
    let (key, escaped) = scan.key_escaped()?;
    let start = scan.at;
    value(scan)?;
    let unescaped = escaped.then(|| serde_json::from_str(&scan.text[key.start - 1..key.end + 1]));
    // A lone surrogate is an escape that no string can hold.
    let unescaped = unescaped.transpose().map_err(|_| Malformed::Syntax)?;
    Ok(Entry { key, unescaped, value: start..scan.at })
}

/// One value of any kind, without recursion: the kinds of the open
/// containers are the bits of `objects`, the innermost the lowest.
fn value(scan: &mut Scan<'_>) -> Result<(), Malformed> {
    let mut objects: u128 = 0;
    // The payload's own object is the first container.
    let mut depth = 1;
    loop {
        match scan.peek().ok_or(Malformed::Syntax)? {
            open @ (b'{' | b'[') => {
                scan.at += 1;
                scan.space();
                let close = if open == b'{' { b'}' } else { b']' };
                if !scan.eat(close) {
                    depth += 1;
                    if depth > MAX_DEPTH {
                        return Err(Malformed::Depth);
                    }
                    objects = objects << 1 | u128::from(open == b'{');
                    if open == b'{' {
                        scan.key()?;
                    }
                    continue;
                }
                if depth == MAX_DEPTH {
                    return Err(Malformed::Depth);
                }
            }
            b'"' => scan.string().map(drop)?,
            b't' => word(scan, b"true")?,
            b'f' => word(scan, b"false")?,
            b'n' => word(scan, b"null")?,
            _ => number(scan)?,
        }
        // A value is complete: close what closes, or go on to the next.
        loop {
            if depth == 1 {
                return Ok(());
            }
            let in_object = objects & 1 == 1;
            scan.space();
            match scan.peek() {
                Some(b',') => {
                    scan.at += 1;
                    scan.space();
                    if in_object {
                        scan.key()?;
                    }
                    break;
                }
                Some(close) if close == if in_object { b'}' } else { b']' } => {
                    scan.at += 1;
                    depth -= 1;
                    objects >>= 1;
                }
                _ => return Err(Malformed::Syntax),
            }
        }
    }
}

fn word(scan: &mut Scan<'_>, word: &[u8]) -> Result<(), Malformed> {
    let found = scan.text.as_bytes()[scan.at..].starts_with(word);
    scan.at += word.len();
    if found { Ok(()) } else { Err(Malformed::Syntax) }
}

fn number(scan: &mut Scan<'_>) -> Result<(), Malformed> {
    let start = scan.at;
    let has_exponent = scan.number()?.has_exponent;
    // Three hundred digits are below the largest f64 (about 1.8e308).
    if has_exponent || scan.at - start > 300 {
        let value: f64 = scan.text[start..scan.at].parse().map_err(|_| Malformed::Number)?;
        if !value.is_finite() {
            return Err(Malformed::Number);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(text: &str) -> Result<Vec<Entry>, Malformed> {
        let mut entries = Vec::new();
        index(text, |entry| entries.push(entry))?;
        match crate::payload::are_unique(entries.iter().map(|entry: &Entry| entry.name(text))) {
            true => Ok(entries),
            false => Err(Malformed::DuplicateKey),
        }
    }

    fn fields(text: &str) -> Vec<(&str, &str)> {
        let entries = entries(text).unwrap();
        entries.iter().map(|e| (&text[e.key.clone()], &text[e.value.clone()])).collect()
    }

    #[test]
    fn finds_every_field_as_it_stands() {
        assert_eq!(fields("{}"), []);
        assert_eq!(
            fields(r#" { "a" : 1 , "b" : [ {"c":"}"} , null ] } "#),
            [("a", "1"), ("b", r#"[ {"c":"}"} , null ]"#)]
        );
        assert_eq!(fields(r#"{"é\"":-0.5e+3,"":true}"#), [(r#"é\""#, "-0.5e+3"), ("", "true")]);
    }

    #[test]
    fn unescapes_a_key_before_comparing_it() {
        let text = r#"{"\u0061":1}"#;
        assert_eq!(entries(text).unwrap()[0].name(text), "a");
        assert_eq!(entries(r#"{"a":1,"\u0061":2}"#).unwrap_err(), Malformed::DuplicateKey);
        assert_eq!(entries(r#"{"\ud800":2}"#).unwrap_err(), Malformed::Syntax);
    }

    #[test]
    fn refuses_what_is_not_one_object() {
        for text in [
            "",
            " ",
            "1",
            "[]",
            "{",
            "}",
            "{}x",
            "{} {}",
            r#"{"a"}"#,
            r#"{"a":}"#,
            r#"{"a":1,}"#,
            r#"{,}"#,
            r#"{a:1}"#,
            r#"{"a":01}"#,
            r#"{"a":.5}"#,
            r#"{"a":1.}"#,
            r#"{"a":+1}"#,
            r#"{"a":1e}"#,
            r#"{"a":-}"#,
            r#"{"a":tru}"#,
            r#"{"a":nul"#,
            r#"{"a":"\x"}"#,
            r#"{"a":"\u12g4"}"#,
            "{\"a\":\"\n\"}",
            r#"{"a":[1 2]}"#,
            r#"{"a":[1,]}"#,
            r#"{"a":{"b":1]}"#,
            r#"{"a":NaN}"#,
            r#"{"a":"\"#,
        ] {
            assert_eq!(entries(text).unwrap_err(), Malformed::Syntax, "{text}");
        }
    }

    #[test]
    fn refuses_depth_without_recursion() {
        let nested = |open: &str, close: &str, n: usize| {
            format!(r#"{{"a":{}1{}}}"#, open.repeat(n), close.repeat(n))
        };
        assert!(entries(&nested("[", "]", 127)).is_ok());
        assert_eq!(entries(&nested("[", "]", 128)).unwrap_err(), Malformed::Depth);
        assert_eq!(entries(&nested("[", "]", 1_000_000)).unwrap_err(), Malformed::Depth);
        assert!(entries(&nested(r#"{"b":"#, "}", 127)).is_ok());
        assert_eq!(entries(&nested(r#"{"b":"#, "}", 10_000)).unwrap_err(), Malformed::Depth);
        let empty = format!(r#"{{"a":{}{}}}"#, "[".repeat(128), "]".repeat(128));
        assert_eq!(entries(&empty).unwrap_err(), Malformed::Depth);
    }

    #[test]
    fn refuses_duplicates_among_few_and_many() {
        let mut many: Vec<_> = (0..100).map(|n| format!(r#""k{n}":{n}"#)).collect();
        assert!(entries(&format!("{{{}}}", many.join(","))).is_ok());
        many.push(r#""k7":0"#.into());
        assert_eq!(
            entries(&format!("{{{}}}", many.join(","))).unwrap_err(),
            Malformed::DuplicateKey
        );
        assert_eq!(entries(r#"{"a":1,"a":1}"#).unwrap_err(), Malformed::DuplicateKey);
    }

    #[test]
    fn refuses_numbers_out_of_range() {
        assert_eq!(entries(r#"{"a":1e999}"#).unwrap_err(), Malformed::Number);
        assert_eq!(
            entries(&format!(r#"{{"a":{}}}"#, "9".repeat(400))).unwrap_err(),
            Malformed::Number
        );
        assert!(entries(r#"{"a":1e308,"b":1e-999}"#).is_ok());
    }
}
