//! Which payloads are sessions, and which fields they have.

use std::borrow::Cow;

use crate::payload::flask::{Malformed, index, object};

/// The fields' names and their values' texts.
fn fields(text: &str) -> Result<Vec<(String, &str)>, Malformed> {
    let mut fields = Vec::new();
    index(text, |field| {
        let name = field.unescaped.unwrap_or_else(|| text[field.key].to_owned());
        fields.push((name, &text[field.value]));
    })?;
    Ok(fields)
}

/// The session written back from its fields.
fn again(text: &str) -> String {
    let mut members = Vec::new();
    index(text, |field| {
        members.push((Cow::Borrowed(&text[field.key]), &text[field.value]));
    })
    .unwrap();
    object(members)
}

fn is_field(value: &str) -> bool {
    fields(&format!(r#"{{"a":{value}}}"#)).is_ok()
}

#[test]
fn finds_every_field_as_it_stands() {
    assert_eq!(fields("{}"), Ok(vec![]));
    assert_eq!(
        fields(" { \"a\" : 1 ,\n\"b\" : [ {\"c\":\"}\"} , null ] } "),
        Ok(vec![("a".into(), "1"), ("b".into(), r#"[ {"c":"}"} , null ]"#)])
    );
    assert_eq!(fields(r#"{"\u00e9\"":-0.5e+3}"#), Ok(vec![("é\"".into(), "-0.5e+3")]));
}

#[test]
fn reads_all_that_python_adds_to_json() {
    let digits = "9".repeat(4300);
    for value in [
        "NaN",
        "Infinity",
        "-Infinity",
        "1e999",
        "-0",
        "-0.0",
        "1E5",
        &digits,
        "\"\x7f\"",
        r#""\ud800""#,
        r#""\udc00\ud800\u0041""#,
        r#"{"\ud800":1}"#,
        "\"é\"",
    ] {
        assert!(is_field(value), "{value}");
    }
}

/// Python reads and writes no longer ones: its `int()` raises an error.
#[test]
fn refuses_integers_of_more_digits_than_python_reads() {
    let judge = |value: String| fields(&format!(r#"{{"a":[{value}]}}"#)).map(drop);
    for sign in ["", "-"] {
        assert_eq!(judge(format!("{sign}{}", "9".repeat(4300))), Ok(()));
        assert_eq!(judge(format!("{sign}{}", "9".repeat(4301))), Err(Malformed::Number));
    }
    // A float may be as long as it likes.
    let digits = "9".repeat(5000);
    for float in [format!("{digits}.5"), format!("{digits}e1"), format!("0.{digits}")] {
        assert_eq!(judge(float), Ok(()));
    }
}

#[test]
fn refuses_what_is_not_one_object() {
    for text in [
        "",
        " ",
        "1",
        "[]",
        "null",
        "\"\"",
        "{",
        "}",
        "{}x",
        "{} {}",
        "\u{feff}{}",
        r#"{"a"}"#,
        r#"{"a":}"#,
        r#"{"a":1,}"#,
        "{,}",
        "{a:1}",
        r#"{"a":1"#,
        r#"{"a":1 "b":2}"#,
    ] {
        assert_eq!(fields(text), Err(Malformed::Syntax), "{text}");
    }
    for value in [
        "01",
        ".5",
        "1.",
        "+1",
        "1e",
        "-",
        "-NaN",
        "nan",
        "tru",
        "[1 2]",
        "[1,]",
        "[,1]",
        r#"{"b":1]"#,
        "\"\n\"",
        r#""\x""#,
        r#""\u12g4""#,
        r#""\ud8""#,
        "\"",
        "\u{b}1",
    ] {
        assert!(!is_field(value), "{value}");
    }
}

#[test]
fn refuses_depth_beyond_flasks_without_recursion() {
    let judge = |open: &str, close: &str, n: usize| {
        let value = format!("{}{}", open.repeat(n), close.repeat(n));
        fields(&format!(r#"{{"a":{value}}}"#)).map(drop)
    };
    assert_eq!(judge("[", "]", 491), Ok(()));
    assert_eq!(judge("[", "]", 492), Err(Malformed::Depth));
    assert_eq!(judge("[", "]", 1_000_000), Err(Malformed::Depth));
    assert_eq!(judge(r#"{"b":["#, "]}", 245), Ok(()));
    assert_eq!(judge(r#"{"b":["#, "]}", 246), Err(Malformed::Depth));
    // A tag is an object and what is in it.
    assert_eq!(judge(r#"{" t":["#, "]}", 245), Ok(()));
    assert_eq!(judge(r#"{" t":["#, "]}", 246), Err(Malformed::Depth));
}

#[test]
fn refuses_the_tags_that_flask_stumbles_over_or_never_writes() {
    for value in [
        r#"{" t":[]}"#,
        r#"{" t":[{" t":[1]}]}"#,
        r#"{" b":""}"#,
        r#"{" b":"AQ=="}"#,
        r#"{" m":"<i>\ud800"}"#,
        r#"{" u":"00000000000000000000000000000001"}"#,
        r#"{" u":"{12345678-9abc-def0-1234-56789abcdef0}"}"#,
        r#"{" d":"Thu, 29 Feb 2024 23:59:59 GMT"}"#,
        r#"{" di":{" t__":1}}"#,
        r#"{" di":{" di__":{" di":{" u__":2}}}}"#,
        r#"{" di":{"abcd":1}}"#,
        // Not one key, or not a tag.
        r#"{" t":1,"b":2}"#,
        r#"{" t__":1}"#,
        r#"{" zz":1}"#,
        r#"{"t":1}"#,
        r#"{}"#,
    ] {
        assert!(is_field(value), "{value}");
        assert!(is_field(&format!("[1,{{\"x\":{value},\"y\":2}}]")), "{value}");
    }
    for value in [
        r#"{" t":1}"#,
        r#"{" t":"abc"}"#,
        r#"{" t":{"a":1}}"#,
        r#"{" t":{" t":[1]}}"#,
        r#"{" b":"QQ"}"#,
        r#"{" b":"QR=="}"#,
        r#"{" b":"Q!Q=="}"#,
        r#"{" b":"-_8="}"#,
        r#"{" b":1}"#,
        r#"{" m":1}"#,
        r#"{" u":"zz"}"#,
        r#"{" u":1}"#,
        r#"{" d":"soon"}"#,
        r#"{" d":null}"#,
        r#"{" d":"Sat, 05 Mar 5492 11:44:40999999999999 GMT"}"#,
        r#"{" di":1}"#,
        r#"{" di":{}}"#,
        r#"{" di":{"ab__":1,"cd__":2}}"#,
        r#"{" di":{" t":[1]}}"#,
        r#"{"\u0020t":1}"#,
    ] {
        for value in [value, &format!("[1,{{\"x\":{value},\"y\":2}}]"), &format!("[{value} ]")] {
            let session = format!(r#"{{"a":{value}}}"#);
            assert_eq!(fields(&session), Err(Malformed::Tag), "{value}");
        }
    }
}

/// To Python it is a dict of one key, and so the last of the tags.
#[test]
fn refuses_a_tag_twice() {
    for value in [
        r#"{" t":[1]," t":[2]}"#,
        r#"{" u":"zz"," u":"zz"}"#,
        r#"{" t":1,"\u0020t":[1]}"#,
        r#"{" t":1," t":[1],"a":2}"#,
        r#"{" di":{" t__":1}," di":{" t__":1}}"#,
    ] {
        for value in [value, &format!("[1,{{\"x\":{value},\"y\":2}}]")] {
            let session = format!(r#"{{"a":{value}}}"#);
            assert_eq!(fields(&session), Err(Malformed::DuplicateKey), "{value}");
        }
    }
    for value in [r#"{" t":1," u":2}"#, r#"{"a":1," t":2," t":3}"#, r#"{"a":1,"a":2}"#] {
        assert!(is_field(value), "{value}");
    }
}

#[test]
fn a_session_whose_only_key_is_a_tag_comes_in_a_tag() {
    for (text, name) in [(r#"{" di":{" u__":"zz"}}"#, " u"), (r#"{" di":{" di__":"zz"}}"#, " di")] {
        assert_eq!(fields(text), Ok(vec![(name.into(), "\"zz\"")]));
        assert_eq!(again(text), text);
    }
    // With a second field nothing is in the way.
    let text = r#"{" u":"zz","b":1}"#;
    assert_eq!(fields(text).unwrap().len(), 2);
    assert_eq!(again(text), text);
    assert_eq!(object(vec![(" t".into(), "1")]), r#"{" di":{" t__":1}}"#);
    assert_eq!(object(vec![("\\u0020t".into(), "1")]), r#"{" di":{"\u0020t__":1}}"#);
    assert_eq!(object(vec![(" t__".into(), "1")]), r#"{" t__":1}"#);
    for text in [
        r#"{" t":[["a",1]]}"#,
        r#"{" m":""}"#,
        r#"{" u":"zz"}"#,
        r#"{" di":1}"#,
        r#"{" di":{"abcd":1}}"#,
        r#"{" di":{" u":"zz"}}"#,
        r#"{" di":{" u__":1,"b":2}}"#,
    ] {
        assert_eq!(fields(text), Err(Malformed::Tag), "{text}");
    }
}

#[test]
fn keys_are_written_in_the_order_of_their_code_points() {
    let keys = ["\u{1f600}", "\\uffff", "\\ud83d\\ude00a", "\\ud800", "z", "", "\\u00e9", "Z"];
    let text = object(keys.iter().map(|key| ((*key).into(), "1")).collect());
    let sorted = ["", "Z", "z", "\\u00e9", "\\ud800", "\\uffff", "\u{1f600}", "\\ud83d\\ude00a"];
    let sorted = sorted.map(|key| format!("\"{key}\":1")).join(",");
    assert_eq!(text, format!("{{{sorted}}}"));
    assert_eq!(again(&text), text);
    assert_eq!(object(Vec::new()), "{}");
}

#[test]
fn names_with_lone_surrogates_differ() {
    let text = r#"{"\ud800":1,"\udc00":2,"\ud800\udc00":3,"\ud800\ud800x":4}"#;
    let names: Vec<_> = fields(text).unwrap().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["\\ud800", "\\udc00", "\u{10000}", "\\ud800\\ud800x"]);
}

#[test]
fn what_nobody_reads_keeps_its_bytes() {
    let text = concat!(
        r#"{"a":[ 1e999, NaN ,{" zz":1}],"b":"\ud800\/","big":123456789012345678901234567890,"#,
        r#""d":{" d":"Sunday, 06-Nov-94 08:49:37 GMT"},"o":{"z":1,"a":{"b":2, "a":1}}}"#
    );
    assert_eq!(again(text), text);
}
