//! Whether two texts hold the same value.

use std::collections::BTreeMap;

use super::value::{Elements, Kind, Members};
use super::{MAX_TYPED_DEPTH, Malformed, index, text};

/// Whether two texts hold the same value, so that setting it is no change.
/// Flask's texts and ours are spelled alike; where one is another program's, or
/// the order of its keys, they are compared value by value. What is too deep
/// for that differs.
pub(crate) fn same(before: &str, after: &str) -> bool {
    before == after
        || match (read(before), read(after)) {
            (Ok(before), Ok(after)) => before == after,
            _ => false,
        }
}

/// A value apart from its spelling. Tags are dicts like any other here, and an
/// integer is never a float.
#[derive(PartialEq)]
enum Value<'a> {
    /// `true`, `null`, an integer.
    Word(&'a str),
    /// Its bits: zero is not minus zero, and NaN is NaN.
    Float(u64),
    Text(Vec<u32>),
    List(Vec<Value<'a>>),
    Dict(BTreeMap<Vec<u32>, Value<'a>>),
}

fn read(text: &str) -> Result<Value<'_>, Malformed> {
    value(index::check(text)?, MAX_TYPED_DEPTH)
}

fn value(text: &str, depth: usize) -> Result<Value<'_>, Malformed> {
    let deeper = || depth.checked_sub(1).ok_or(Malformed::Depth);
    Ok(match Kind::of(text)? {
        Kind::Text(raw) => Value::Text(text::code_points(raw).collect()),
        Kind::List(list) => {
            let (mut elements, mut values) = (Elements::new(list), Vec::new());
            while let Some(element) = elements.next()? {
                values.push(value(element, deeper()?)?);
            }
            Value::List(values)
        }
        Kind::Dict(_) | Kind::Tagged(..) => {
            let (mut members, mut values) = (Members::new(text, false), BTreeMap::new());
            while let Some((key, member)) = members.next()? {
                values.insert(text::code_points(key).collect(), value(member, deeper()?)?);
            }
            Value::Dict(values)
        }
        Kind::Number("-0") => Value::Word("0"),
        Kind::Number(number) if number.contains(['.', 'e', 'E', 'N', 'I']) => {
            let float: f64 = number.parse().map_err(|_| Malformed::Syntax)?;
            Value::Float(float.to_bits())
        }
        Kind::Null | Kind::Bool(_) | Kind::Number(_) => Value::Word(text),
    })
}

#[cfg(test)]
mod tests {
    use super::same;

    #[test]
    fn compares_values_and_not_their_spelling() {
        for (a, b) in [
            (r#"{ "b": 2, "a": 1 }"#, r#"{"a":1,"b":2}"#),
            (r#"{" t":[1, "\u00e9"]}"#, r#"{" t":[1,"é"]}"#),
            (r#""\ud83d\ude00\/""#, "\"😀/\""),
            ("1e16", "1E+16"),
            ("NaN", "NaN"),
            ("1e999", "Infinity"),
            ("-0", "0"),
            ("[ ]", "[]"),
        ] {
            assert!(same(a, b), "{a} {b}");
            assert!(same(b, a), "{b} {a}");
        }
    }

    #[test]
    fn what_is_another_value_to_python_or_may_be_differs() {
        for (a, b) in [
            ("1", "2"),
            ("1", "1.0"),
            ("0.0", "-0.0"),
            ("18446744073709551616", "18446744073709551617"),
            ("[1,2]", r#"{" t":[1,2]}"#),
            (r#""\ud800""#, r#""\udc00""#),
            (r#"{"a":1}"#, r#"{"a":1,"b":1}"#),
            ("null", "false"),
            ("broken", "also broken"),
        ] {
            assert!(!same(a, b), "{a} {b}");
        }
        let deep = |space: &str| format!("{}{space}{}", "[".repeat(200), "]".repeat(200));
        assert!(same(&deep(""), &deep("")) && !same(&deep(""), &deep(" ")));
    }
}
