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
use crate::payload::walk::{self, Grammar};
use crate::payload::{Entry, Malformed};

/// JSON as RFC 8259 has it. Each container is a bit, set for an object; the lowest
/// is the innermost.
#[derive(Default)]
pub(super) struct Json(u128);

impl Grammar for Json {
    /// `serde_json`'s own limit, and the number of the bits.
    const MAX_DEPTH: usize = 128;
    const WORDS: &[&str] = &["true", "false", "null"];

    /// A lone surrogate is an escape that no string can hold.
    fn name(raw: &str) -> Result<String, Malformed> {
        serde_json::from_str(&format!("\"{raw}\"")).map_err(|_| Malformed::Syntax)
    }

    fn in_range(number: &str) -> bool {
        number.parse().is_ok_and(f64::is_finite)
    }

    fn open(&mut self, is_object: bool) {
        self.0 = self.0 << 1 | u128::from(is_object);
    }

    fn in_object(&self) -> bool {
        self.0 & 1 == 1
    }

    fn close(&mut self, _: &Scan<'_>) -> Result<(), Malformed> {
        self.0 >>= 1;
        Ok(())
    }
}

/// Finds the fields of the JSON object `text` and gives each to `found`.
pub(crate) fn index(text: &str, found: impl FnMut(Entry)) -> Result<(), Malformed> {
    walk::fields::<Json>(text, found)
}

/// Whether a value is one that `index` accepts within a payload.
#[cfg(feature = "flask")]
pub(crate) fn is_readable(value: &str) -> bool {
    walk::whole::<Json>(&mut Scan::new(value)).is_ok()
}

/// Whether a value that was written here will be read: by `index`, and as a
/// `serde_json::Value`.
pub(crate) fn check(value: &str) -> Result<(), Malformed> {
    let mut scan = Scan::new(value);
    walk::whole::<Json>(&mut scan)?;
    // Nothing that Rust's strings become has such an escape. It costs a second
    // look only where somebody else wrote one.
    if scan.surrogates && serde_json::from_str::<serde_json::Value>(value).is_err() {
        return Err(Malformed::Surrogate);
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
