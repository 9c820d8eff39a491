//! Correctly signed payloads that are not sessions.

use rocket::serde::{Deserialize, Serialize};
use rocket::{get, routes};
use session_runtime::Refused;
use session_runtime::prelude::*;
use session_tests::{Browser, NOW, app, clock, fairing};

use super::{forge, is_accepted, is_refused, visitor};

fn signed(payload: impl AsRef<[u8]>) -> String {
    forge().sign(payload, NOW)
}

#[test]
fn line_21_depth_is_refused_without_overflow() {
    let browser = visitor();
    let nested = |open: &str, close: &str, depth: usize| {
        format!(r#"{{"n":1,"x":{}0{}}}"#, open.repeat(depth), close.repeat(depth))
    };
    is_refused(&browser, &signed(nested("[", "]", 10_000)), Refused::TooLong);
    // As deep as fits into a cookie.
    is_refused(&browser, &signed(nested("[", "]", 1_400)), Refused::Payload);
    is_refused(&browser, &signed(nested(r#"{"a":"#, "}", 450)), Refused::Payload);
    is_refused(&browser, &signed("[".repeat(2_900)), Refused::Payload);
    is_refused(&browser, &signed(r#"{"x":"#.repeat(500)), Refused::Payload);
    is_accepted(&browser, &signed(nested("[", "]", 100)));
}

#[test]
fn line_21_a_field_twice_is_refused() {
    let browser = visitor();
    for payload in [
        r#"{"n":1,"n":1}"#,
        r#"{"n":1,"m":2,"n":3}"#,
        r#"{"n":1,"\u006e":1}"#,
        r#"{"n":1,"_flashes":[],"_flashes":[]}"#,
        r#"{"n":1,"_permanent":false,"_permanent":true}"#,
        r#"{"n":1,"_permanent":false,"\u005fpermanent":true}"#,
        r#"{"":1,"":2}"#,
    ] {
        is_refused(&browser, &signed(payload), Refused::Payload);
    }
    let many: Vec<_> = (0..100).map(|n| format!(r#""k{n}":1"#)).collect();
    is_accepted(&browser, &signed(format!(r#"{{"n":1,{}}}"#, many.join(","))));
    is_refused(&browser, &signed(format!(r#"{{{},"k7":2}}"#, many.join(","))), Refused::Payload);
}

#[test]
fn line_21_numbers_out_of_range_are_refused() {
    let browser = visitor();
    for number in ["1e999", "-1e999", "1E+400", "123e123456789", &"9".repeat(400)] {
        is_refused(&browser, &signed(format!(r#"{{"n":1,"x":{number}}}"#)), Refused::Payload);
        is_refused(&browser, &signed(format!(r#"{{"n":1,"x":[[{number}]]}}"#)), Refused::Payload);
    }
    is_accepted(&browser, &signed(r#"{"n":1,"x":[1e308,-1e-999,18446744073709551616]}"#));
}

#[test]
fn line_21_trailing_bytes_and_other_grammar_are_refused() {
    let browser = visitor();
    for payload in [
        "",
        "null",
        "1",
        "[]",
        "\"n\"",
        r#"{"n":1}x"#,
        r#"{"n":1}{"n":1}"#,
        r#"{"n":1},"#,
        "{\"n\":1}\0",
        r#"{"n":1,}"#,
        r#"{"n":01}"#,
        r#"{"n":+1}"#,
        r#"{"n":.5}"#,
        r#"{"n":NaN}"#,
        r#"{"n":Infinity}"#,
        r#"{n:1}"#,
        r#"{'n':1}"#,
        r#"{"n":1 /* */}"#,
        "{\"n\":\"\n\"}",
        r#"{"n":"\x41"}"#,
        r#"{"n":"\ud8"}"#,
        "\u{feff}{\"n\":1}",
    ] {
        is_refused(&browser, &signed(payload), Refused::Payload);
    }
    for bytes in [&b"{\"n\":\"\xff\"}"[..], b"{\"n\":\"\xed\xa0\x80\"}", b"\xfe\xff"] {
        is_refused(&browser, &signed(bytes), Refused::Payload);
    }
    is_accepted(&browser, &signed(" \t\r\n{ \"n\" : 1 }\n"));
}

#[derive(Serialize, Deserialize)]
#[serde(crate = "rocket::serde")]
struct Address {
    street: String,
    number: u32,
}

#[session(name: String, address: Address, tags: Vec<String> = vec![], age: u8)]
struct Visitor;

#[get("/visitor")]
fn read_visitor(session: Session<Visitor>) -> String {
    let number = session.address().map(|address| address.number);
    format!("{:?} {number:?} {:?} {:?}", session.name(), session.tags(), session.age())
}

#[get("/rename/<name>")]
fn rename(session: Session<Visitor>, name: &str) -> &'static str {
    session.set_name(name);
    "renamed"
}

#[test]
fn line_23_values_of_an_older_version_are_absent_and_the_others_are_kept() {
    let browser = Browser::new(app(fairing(&clock()), routes![read_visitor, rename]));
    let old = r#"{"name":"Ann","address":"Main Street 5","tags":["a"],"age":300}"#;
    let answer = browser.take_cookie(signed(old)).get("/visitor");
    assert_eq!(answer.body, r#"Some("Ann") None ["a"] None"#);
    let warnings = answer.warnings();
    assert_eq!(warnings.len(), 2, "{warnings:?}");
    assert!(warnings[0].contains("`address`") && warnings[1].contains("`age`"), "{warnings:?}");
    // They are kept for a version that knows them.
    let kept = browser.get("/rename/Bob").issued().payload();
    assert_eq!(kept, old.replace("Ann", "Bob"));
}
