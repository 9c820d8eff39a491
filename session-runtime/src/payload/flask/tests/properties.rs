//! Whatever the values are.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::payload::flask::{
    Bytes, Date, Malformed, Markup, decode, encode, escape, index, object, same,
};

#[derive(Serialize, Deserialize, PartialEq, Debug, Clone)]
struct Everything {
    id: Uuid,
    #[serde(rename = " t")]
    when: (Date<DateTime<Utc>>, Date<OffsetDateTime>),
    raw: Option<Bytes>,
    html: Vec<Markup>,
    wide: (u128, i128),
    float: (f64, f32),
    map: BTreeMap<String, Option<(String, char)>>,
    number_keys: BTreeMap<i16, bool>,
    kind: Kind,
}

#[derive(Serialize, Deserialize, PartialEq, Debug, Clone)]
enum Kind {
    Unit,
    #[serde(rename = " u")]
    New(String),
    Pair(u8, String),
    Struct {
        a: u8,
    },
}

fn kind() -> impl Strategy<Value = Kind> {
    prop_oneof![
        Just(Kind::Unit),
        any::<String>().prop_map(Kind::New),
        any::<(u8, String)>().prop_map(|(a, b)| Kind::Pair(a, b)),
        any::<u8>().prop_map(|a| Kind::Struct { a }),
    ]
}

fn key() -> impl Strategy<Value = String> {
    let tags = [" t", " b", " m", " u", " d", " di", " t__"];
    prop_oneof![any::<String>(), proptest::sample::select(tags.to_vec()).prop_map(str::to_owned)]
}

/// The years that Flask reads back.
fn seconds() -> impl Strategy<Value = i64> {
    -59_011_459_200..253_402_300_800_i64
}

fn everything() -> impl Strategy<Value = Everything> {
    let dates = (seconds(), seconds()).prop_map(|(a, b)| {
        let chrono = DateTime::from_timestamp(a, 0).unwrap();
        (Date(chrono), Date(OffsetDateTime::from_unix_timestamp(b).unwrap()))
    });
    let texts = (option::of(vec(any::<u8>(), 0..20)), vec(any::<String>(), 0..3));
    let finite = (any::<f64>(), any::<f32>());
    let finite = finite.prop_filter("finite", |(a, b)| a.is_finite() && b.is_finite());
    let maps = (
        btree_map(key(), option::of(any::<(String, char)>()), 0..3),
        btree_map(any::<i16>(), any::<bool>(), 0..3),
    );
    (any::<u128>(), dates, texts, any::<(u128, i128)>(), finite, maps, kind()).prop_map(
        |(id, when, (raw, html), wide, float, (map, number_keys), kind)| Everything {
            id: Uuid::from_u128(id),
            when,
            raw: raw.map(Bytes),
            html: html.into_iter().map(Markup).collect(),
            wide,
            float,
            map,
            number_keys,
            kind,
        },
    )
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((key(), inner), 0..4).prop_map(|members| members.into_iter().collect()),
        ]
    })
}

/// Texts that are JSON or almost.
fn text() -> impl Strategy<Value = String> {
    let words = [
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\"a\"",
        "\"\\u0061\"",
        "\\",
        "0",
        "-",
        "1.5",
        "e",
        "E+3",
        "true",
        "null",
        " ",
        "\n",
        "é",
        "\"\\ud800\\udc00\"",
    ];
    let noise =
        vec(proptest::sample::select(words.to_vec()), 0..12).prop_map(|words| words.concat());
    let cut = (value(), any::<proptest::sample::Index>(), noise.clone()).prop_map(
        |(value, at, noise)| {
            let text = serde_json::to_string(&serde_json::json!({ "a": value, "b": 1 })).unwrap();
            let at = (0..=at.index(text.len())).rev().find(|at| text.is_char_boundary(*at));
            let (head, tail) = text.split_at(at.unwrap_or(0));
            format!("{head}{noise}{tail}")
        },
    );
    prop_oneof![noise.prop_map(|noise| format!("{{{noise}}}")), cut]
}

proptest! {
    #[test]
    fn every_value_comes_back(value in everything()) {
        let text = encode(&value).unwrap();
        prop_assert!(text.is_ascii());
        prop_assert_eq!(&decode::<Everything>(&text).unwrap(), &value);
        prop_assert!(same(&text, &text));
        // And is a field of a session, also alone under any key.
        let mut found = 0;
        let session = object(vec![("a".into(), &text)]);
        index(&session, |field| found += usize::from(session[field.value] == text)).unwrap();
        prop_assert_eq!(found, 1);
    }

    #[test]
    fn untyped_values_come_back(value in value()) {
        let text = encode(&value).unwrap();
        prop_assert_eq!(decode::<Value>(&text).unwrap(), value);
    }

    #[test]
    fn another_spelling_is_the_same_value(value in value()) {
        let text = encode(&value).unwrap();
        // But a single key that is a tag stands in a tag only here.
        if !text.contains("\" di\":{") {
            let pretty = serde_json::to_string_pretty(&value).unwrap();
            prop_assert!(same(&text, &pretty), "{text} {pretty}");
        }
        let longer = format!("[{text}]");
        prop_assert!(!same(&text, &longer));
    }

    #[test]
    fn every_name_comes_back(names in proptest::collection::btree_set(key(), 0..5)) {
        let keys = names.iter().rev().map(|name| {
            let mut raw = String::new();
            escape(name, &mut raw);
            (raw.into(), "1")
        });
        let session = object(keys.collect());
        let mut found = Vec::new();
        index(&session, |field| {
            found.push(field.unescaped.unwrap_or_else(|| session[field.key].to_owned()));
        }).unwrap();
        prop_assert!(found.into_iter().eq(names));
    }

    /// Without what Python adds, the grammar is that of `serde_json`.
    #[test]
    fn the_grammar_is_json(text in text()) {
        let theirs = serde_json::from_str::<serde_json::Map<String, Value>>(&text);
        match index(&text, drop) {
            Ok(()) => {
                let pythons = ["number out of range", "lone leading surrogate", "unexpected end of hex"];
                if let Err(error) = theirs.map_err(|error| error.to_string()) {
                    prop_assert!(pythons.iter().any(|own| error.starts_with(own)), "{text} {error}");
                }
            }
            Err(Malformed::Syntax) => prop_assert!(theirs.is_err(), "{text}"),
            Err(_) => {}
        }
    }

    #[test]
    fn nothing_panics(text in ".{0,40}") {
        let _ = index(&text, drop);
        let _ = decode::<Value>(&text);
        let _ = same(&text, "1");
    }
}
