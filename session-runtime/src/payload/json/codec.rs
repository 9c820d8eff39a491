//! Values to JSON and back.
//!
//! `serde_json` writes a float that is not finite as `null`, in silence. Here
//! it is an error, because nothing that a handler set may be lost silently. The
//! check costs nothing unless the text has a `null` in it.
//!
//! Nor is every text that it writes one that can be read: a `RawValue`, or a
//! number with its feature `arbitrary_precision`, is text of somebody else's and
//! written as it is. A payload with `1e999` in it would be refused whole at the
//! next request. So what was written is read once, by the pass that will read it.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde::ser;

use super::finite;
use super::index::{self, Json};
use crate::payload::walk::Grammar;
use crate::payload::{Malformed, Unencodable};

/// The JSON text of `value`.
pub(crate) fn encode<T: Serialize + ?Sized>(value: &T) -> Result<String, Unencodable> {
    let text = serde_json::to_string(value).map_err(ser::Error::custom)?;
    if text.contains("null") {
        finite::check(value)?;
    }
    index::check(&text).map_err(unreadable)?;
    Ok(text)
}

/// Of a text that was given as it is, or of a value that nests too deep.
pub(crate) fn unreadable(malformed: Malformed) -> Unencodable {
    ser::Error::custom(match malformed {
        Malformed::Depth => format!("it nests deeper than {} levels", Json::MAX_DEPTH - 1),
        Malformed::Number => "a number in it is out of range, beyond what an `f64` holds".into(),
        Malformed::Surrogate => "a text in it has half of a surrogate pair".into(),
        _ => "a raw value in it is not JSON".into(),
    })
}

/// The value of a JSON text.
pub(crate) fn decode<T: DeserializeOwned>(text: &str) -> Result<T, serde_json::Error> {
    serde_json::from_str(text)
}

/// Whether two JSON texts hold the same value: a hash map that came out in
/// another order, or another program's white space, is not a change.
pub(crate) fn same(before: &str, after: &str) -> bool {
    // Two texts of ours with one value have one length. Only another program's
    // spelling differs in more, and it shows: in white space, in escapes, or in
    // a number with a fraction or an exponent.
    let foreign = |pair: &[u8]| match pair {
        [b' ' | b'\n' | b'\t' | b'\r' | b'\\', _] => true,
        [digit, b'.' | b'e' | b'E'] => digit.is_ascii_digit(),
        _ => false,
    };
    let comparable = before.len() == after.len() || before.as_bytes().windows(2).any(foreign);
    // Beyond 64 bits, `Value` has an `f64`, and different integers are equal.
    let wide =
        |text: &str| text.as_bytes().windows(19).any(|run| run.iter().all(u8::is_ascii_digit));
    before == after
        || comparable
            && !wide(before)
            && !wide(after)
            && match (decode::<serde_json::Value>(before), decode::<serde_json::Value>(after)) {
                (Ok(before), Ok(after)) => before == after,
                _ => false,
            }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use proptest::test_runner::TestCaseError;
    use serde::ser::Serializer;

    use super::*;
    use crate::payload::Syntax;
    use crate::state::{Received, State};

    #[derive(Serialize)]
    enum Kind {
        Unit,
        New(f64),
        Tuple(f64, f64),
        Struct { x: Option<f64> },
    }

    #[test]
    fn refuses_a_float_that_is_not_finite_wherever_it_hides() {
        for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert!(encode(&bad).is_err());
            assert!(encode(&Some(bad)).is_err());
            assert!(encode(&vec![1.0, bad]).is_err());
            assert!(encode(&(1, bad)).is_err());
            assert!(encode(&BTreeMap::from([("a", bad)])).is_err());
            assert!(encode(&Kind::New(bad)).is_err());
            assert!(encode(&Kind::Tuple(0.0, bad)).is_err());
            assert!(encode(&Kind::Struct { x: Some(bad) }).is_err());
        }
        assert!(encode(&f32::NAN).is_err());
    }

    #[test]
    fn keeps_what_is_null_by_right() {
        assert_eq!(encode(&None::<f64>).unwrap(), "null");
        assert_eq!(encode(&"null").unwrap(), "\"null\"");
        assert_eq!(
            encode(&(Kind::Unit, Kind::Struct { x: None }, ())).unwrap(),
            r#"["Unit",{"Struct":{"x":null}},null]"#
        );
    }

    #[test]
    fn refuses_keys_that_are_not_strings() {
        let error = encode(&BTreeMap::from([(vec![1], 1)])).unwrap_err();
        assert_eq!(error.to_string(), "key must be a string");
    }

    #[test]
    fn refuses_depth_that_could_not_be_read_back() {
        let nested =
            |levels| (0..levels).fold(serde_json::json!(1), |inner, _| serde_json::json!([inner]));
        assert!(encode(&nested(127)).is_ok());
        let error = encode(&nested(128)).unwrap_err();
        assert_eq!(error.to_string(), "it nests deeper than 127 levels");
        assert!(encode(&vec![[0]; 500]).is_ok());
    }

    /// What `serde_json` takes for a `RawValue` of its own, by the name alone.
    struct Raw<'a>(&'a str);

    impl Serialize for Raw<'_> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            use ser::SerializeStruct;
            const NAME: &str = "$serde_json::private::RawValue";
            let mut raw = serializer.serialize_struct(NAME, 1)?;
            raw.serialize_field(NAME, self.0)?;
            raw.end()
        }
    }

    /// Pieces that make JSON, and break it.
    fn text() -> impl Strategy<Value = String> {
        let pieces = vec![
            "[",
            "]",
            "{",
            "}",
            ",",
            ":",
            "\"",
            "\\",
            "\"a\":",
            "1",
            "-",
            "0",
            ".5",
            "1e999",
            "1e308",
            "e",
            "null",
            "true",
            " ",
            "\n",
            r"\ud800",
            r"\udc00",
            r"\u0000",
            "\0",
            "\u{2028}",
            "é",
            "[[[[[[[[[[[[[[[[[[[[",
            "]]]]]]]]]]]]]]]]]]]]",
            "99999999999999999999",
            "\" t\":",
        ];
        proptest::collection::vec(proptest::sample::select(pieces), 0..12).prop_map(|p| p.concat())
    }

    proptest! {
        /// Whoever wrote the text: what is accepted is read, and no other field
        /// is lost or made.
        #[test]
        fn line_44_whatever_is_written_is_read_back(text in text(), levels in 0..130_usize) {
            let syntaxes = [
                Syntax::Json,
                #[cfg(feature = "flask")]
                Syntax::Flask,
            ];
            for syntax in syntaxes {
                for nested in [
                    syntax.encode(&Raw(&text)),
                    syntax.encode(&[Some(Raw(&text))]),
                    syntax.encode(&BTreeMap::from([("a", Raw(&text))])),
                    syntax.encode(&Raw(&format!("{}{text}{}", "[".repeat(levels), "]".repeat(levels)))),
                ] {
                    let Ok(written) = nested else { continue };
                    let payload = format!(r#"{{"before":1,"x":{written},"after":2}}"#);
                    let state = Received::from_payload(payload, None, syntax).map(State::new);
                    let state = state.map_err(|why| TestCaseError::fail(format!("{written}: {why}")))?;
                    prop_assert_eq!(state.keys(), ["before", "x", "after"]);
                    prop_assert_eq!(state.json("after"), Some("2"));
                    let found = state.json("x").unwrap();
                    prop_assert_eq!(found, written.trim_matches([' ', '\n']));
                    // Python's integers may be larger than any of Rust's.
                    if syntax == Syntax::Json {
                        prop_assert!(syntax.decode::<serde_json::Value>(found).is_ok(), "{}", found);
                    }
                }
            }
        }

        /// And what Rust's own types become is never refused.
        #[test]
        fn line_44_no_ordinary_value_is_refused(
            value in proptest::collection::btree_map(any::<String>(), any::<(u128, f64, char)>(), 0..9),
        ) {
            let finite = value.values().all(|(_, float, _)| float.is_finite());
            prop_assert_eq!(encode(&value).is_ok(), finite);
        }
    }

    #[test]
    fn integers_beyond_64_bits_are_compared_digit_by_digit() {
        assert!(!same("18446744073709551616", "18446744073709551617"));
        assert!(!same("[-9223372036854775809]", "[-9223372036854775810]"));
        assert!(same("18446744073709551617", "18446744073709551617"));
    }

    #[test]
    fn compares_values_and_not_their_spelling() {
        assert!(same(r#"{ "b": 2, "a": 1 }"#, r#"{"a":1,"b":2}"#));
        assert!(!same("1", "2"));
        assert!(!same("broken", "also broken"));
    }
}
