//! Tests the envelope against values from `vectors/make.py`, which was written in
//! another language from the documentation alone.

use std::time::Duration;

use serde::Deserialize;

use super::{Envelope, Refused, Stamp};
use crate::config::Format;
use crate::cookie::keys::MasterKey;

#[derive(Deserialize)]
struct Case {
    case: String,
    key: String,
    name: String,
    value: String,
    /// The format, or why the value is refused.
    expect: String,
    #[serde(default)]
    payload: String,
    #[serde(default)]
    created: u64,
    #[serde(default)]
    issued: u64,
    lifetime: Option<u64>,
}

fn cases() -> Vec<Case> {
    serde_json::from_str(include_str!("../../../vectors/vectors.json")).unwrap()
}

fn envelope(case: &Case, format: Format) -> Envelope {
    let (key, judgement) = MasterKey::parse(&case.key);
    assert_eq!(judgement, Ok(()), "{}", case.case);
    Envelope::new(&case.name, format, &[Format::Signed, Format::Encrypted], &[key])
}

/// Whether the value can be judged with the enabled features.
fn is_testable(case: &Case) -> bool {
    cfg!(feature = "encrypted") || case.value.matches('.').count() == 2
}

#[test]
fn every_vector_is_judged_as_its_maker_says() {
    let cases = cases();
    let cases: Vec<_> = cases.iter().filter(|case| is_testable(case)).collect();
    assert!(cases.len() > 20);
    for case in cases {
        let envelope = envelope(case, Format::Signed);
        let opened =
            envelope.open(&case.value).and_then(|opened| Ok((opened.stamp, opened.payload()?)));
        match case.expect.as_str() {
            "signed" | "encrypted" => {
                let (stamp, payload) =
                    opened.unwrap_or_else(|refused| panic!("{}: {refused}", case.case));
                let Case { created, issued, .. } = *case;
                let lifetime = case.lifetime.map(Duration::from_secs);
                assert_eq!(payload, case.payload, "{}", case.case);
                assert_eq!(stamp, Stamp { created, issued, lifetime }, "{}", case.case);
            }
            refused => {
                assert_eq!(format!("{:?}", opened.unwrap_err()), refused, "{}", case.case);
            }
        }
    }
}

#[test]
fn signed_values_are_made_byte_for_byte_alike() {
    for case in cases().iter().filter(|case| case.expect == "signed") {
        let Case { created, issued, .. } = *case;
        let stamp = Stamp { created, issued, lifetime: case.lifetime.map(Duration::from_secs) };
        let mut value = String::new();
        envelope(case, Format::Signed).seal(&case.payload, &stamp, &mut value).unwrap();
        assert_eq!(value, case.value);
    }
}

#[test]
fn only_canonical_base64_is_read() {
    let cases = cases();
    let good =
        cases.iter().find(|case| case.expect == "signed" && case.payload.len() == 2).unwrap();
    let envelope = envelope(good, Format::Signed);
    assert!(envelope.open(&good.value).is_ok());
    let (rest, mac) = good.value.rsplit_once('.').unwrap();
    let (payload, header) = rest.split_once('.').unwrap();
    // The last of the 43 characters has two unused bits.
    let twin = |c: u8| char::from(c + 1);
    let last = mac.as_bytes()[42];
    for value in [
        format!("{payload}=.{header}.{mac}"),
        format!("{payload}.{header}==.{mac}"),
        format!("{rest}.{mac}="),
        format!("{rest}.{}{}", &mac[..42], twin(last)),
        format!("{rest}.{} ", &mac[..42]),
        format!(" {rest}.{mac}"),
        format!("{rest}.{mac}\n"),
        format!("{payload}.{header}.{}", mac.replace(['-', '_'], "+")),
    ] {
        let refused = envelope.open(&value).unwrap_err();
        assert!(matches!(refused, Refused::Malformed | Refused::Forged), "{value}: {refused}");
    }
}
