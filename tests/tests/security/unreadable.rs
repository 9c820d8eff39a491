//! Values with a text that the next request could not read.

use rocket::{get, routes};
use serde::Serialize;
use serde::ser::{SerializeStruct, Serializer};
use serde_json::value::RawValue;
use session_runtime::prelude::*;
use session_runtime::{Format, SessionFairing};
use session_tests::faulty::Faulty;
use session_tests::{Answer, Browser, app, clock, fairing};

use super::{read, set};

/// Texts that would lose a session, and a word of the error.
const BAD: [(&str, &str); 13] = [
    ("1e999", "range"),
    ("[-1E+400]", "range"),
    (r#"{"a":{"b":[1,2e308]}}"#, "range"),
    ("deep", "127 levels"),
    (r#""\ud800""#, "surrogate"),
    (r#"{"\uDC00":1}"#, "surrogate"),
    ("", "not JSON"),
    ("1,", "not JSON"),
    (r#"1,"n":2"#, "not JSON"),
    (r#"1}{"n":2"#, "not JSON"),
    (r#"1],"n":[2"#, "not JSON"),
    ("\"\n\"", "not JSON"),
    ("[01]", "not JSON"),
];

const GOOD: [&str; 6] =
    ["1e308", " [1, 2 ] ", r#"{"a":1,"a":2}"#, r#""\ud83d\ude00\u0000""#, "null", "-0.5e-999"];

fn bad(n: usize) -> String {
    match BAD[n].0 {
        "deep" => format!("{}{}", "[".repeat(600), "]".repeat(600)),
        text => text.into(),
    }
}

/// A type that `serde_json` takes for its `RawValue`, because of its name.
struct Smuggled(String);

impl Serialize for Smuggled {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        const NAME: &str = "$serde_json::private::RawValue";
        let mut raw = serializer.serialize_struct(NAME, 1)?;
        raw.serialize_field(NAME, &self.0)?;
        raw.end()
    }
}

#[session(number: Box<RawValue>, list: Vec<Box<RawValue>> = vec![])]
struct Typed;

fn raw(text: &str) -> Box<RawValue> {
    RawValue::from_string(text.into()).unwrap()
}

const SET: u32 = line!() + 4;

#[get("/typed")]
fn typed(session: Session<Typed>) {
    session.set_number(raw("1e999"));
}

const GUARD: u32 = line!() + 4;

#[get("/guard")]
fn guard(mut session: Session<Typed>) {
    session.list_mut().push(raw("1e999"));
}

const UNTYPED: u32 = line!() + 4;

#[get("/bad/<n>")]
fn untyped(session: Session, n: usize) {
    session.set("free", Smuggled(bad(n)));
}

#[get("/nested/<n>")]
fn nested(session: Session, n: usize) {
    session.set("free", [Some(Smuggled(bad(n)))]);
}

#[get("/good/<n>")]
fn good(session: Session, n: usize) {
    session.set("free", [Smuggled(GOOD[n].into())]);
}

#[get("/has")]
fn has(session: Session) -> String {
    session.contains("free").to_string()
}

fn formats() -> [(&'static str, SessionFairing); 4] {
    [
        ("signed", fairing(&clock())),
        ("encrypted", fairing(&clock()).format(Format::Encrypted)),
        ("flask", fairing(&clock()).format(Format::Flask)),
        ("store", fairing(&clock()).store(Faulty::default())),
    ]
}

/// A visitor who already has a session.
fn visitor(fairing: SessionFairing) -> Browser {
    let routes = routes![read, set, typed, guard, untyped, nested, good, has];
    let browser = Browser::new(app(fairing, routes));
    browser.get("/set");
    browser
}

fn is_refused(answer: &Answer, field: &str, line: u32, word: &str) {
    assert_eq!((answer.status, answer.set_cookie()), (500, None), "{answer:?}");
    let errors = answer.errors();
    assert_eq!(errors.len(), 1, "{errors:?}");
    for word in [field, &format!("security/unreadable.rs:{line}:"), word] {
        assert!(errors[0].contains(word), "{word} in {errors:?}");
    }
}

#[test]
fn line_44_a_number_that_nobody_reads_back_is_refused_when_it_is_set() {
    for (format, fairing) in formats() {
        let browser = visitor(fairing);
        is_refused(&browser.get("/typed"), "`number`", SET, "range");
        is_refused(&browser.get("/guard"), "`list`", GUARD, "range");
        assert_eq!(browser.get("/read").body, "1", "{format}");
    }
}

#[test]
fn line_44_no_text_of_a_value_loses_the_session_or_writes_another_field() {
    for (format, fairing) in formats() {
        let browser = visitor(fairing);
        for (n, (text, word)) in BAD.iter().enumerate() {
            is_refused(&browser.get(&format!("/bad/{n}")), "`free`", UNTYPED, word);
            // An empty text is not an element of the list.
            let status = if text.is_empty() && format != "flask" { 200 } else { 500 };
            assert_eq!(browser.get(&format!("/nested/{n}")).status, status, "{format}: {text}");
            assert_eq!(browser.get("/read").body, "1", "{format}: {text}");
        }
    }
}

#[test]
fn line_44_every_other_text_is_kept() {
    for (format, fairing) in formats() {
        let browser = visitor(fairing);
        for (n, text) in GOOD.iter().enumerate() {
            let answer = browser.get(&format!("/good/{n}"));
            assert_eq!(answer.status, 200, "{format}: {text} {answer:?}");
            assert_eq!(browser.get("/has").body, "true", "{format}: {text}");
            assert_eq!(browser.get("/read").body, "1", "{format}: {text}");
        }
    }
}
