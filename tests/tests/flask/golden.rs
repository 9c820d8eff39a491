//! Cookies that Flask made or judged, judged by an application.

use rocket::{get, routes};
use serde::Deserialize;
use session_runtime::prelude::*;
use session_runtime::{FlaskDigest, Format, Refused};
use session_tests::flask::payload;
use session_tests::{Browser, app, at};
use std::time::Duration;

#[derive(Deserialize)]
struct Case {
    name: String,
    secret_key: String,
    fallbacks: Option<Vec<String>>,
    reader_salt: String,
    reader_digest: String,
    now_unix: u64,
    max_age: u64,
    cookie: String,
    expect: String,
    /// The session as Flask would write it back.
    #[serde(skip)]
    redumped: Option<String>,
}

/// Valid in Flask, but refused here. session-runtime/guide/flask.md has the reasons.
const REFUSED: [&str; 5] = [
    "ts_noncanonical_bits",
    "sig_trailing_bits",
    "b64_noncanonical_payload",
    "b64_junk_payload",
    "zlib_bomb_fits_4k_cookie",
];

/// Flask would spell these differently; here they keep their bytes.
const KEPT: [&str; 4] =
    ["tag_uuid_dashed", "tag_date_rfc850", "float_overflow", "tag_di_no_suffix"];

/// Splits off what Flask read: `serde_json` does not read lone surrogates.
fn case(line: &str) -> Case {
    let Some((head, rest)) = line.split_once(r#", "loaded": "#) else {
        return serde_json::from_str(line).unwrap();
    };
    let mut case: Case = serde_json::from_str(&format!("{head}}}")).unwrap();
    let (_, redumped) = rest.split_once(r#", "redumped_json": "#).unwrap();
    let mut values = serde_json::Deserializer::from_str(redumped).into_iter();
    case.redumped = values.next().unwrap().unwrap();
    case
}

#[get("/keys")]
fn keys(session: Session) -> String {
    session.keys().join(",")
}

#[get("/renew")]
fn renew(session: Session) {
    session.renew();
}

fn browser(case: &Case) -> Browser {
    let digest = match case.reader_digest.as_str() {
        "sha1" => FlaskDigest::Sha1,
        "sha256" => FlaskDigest::Sha256,
        "sha512" => FlaskDigest::Sha512,
        other => panic!("{other}"),
    };
    let fairing = Sessions::fairing()
        .secret_key(&case.secret_key)
        .fallback_keys(case.fallbacks.iter().flatten())
        .format(Format::Flask)
        .flask_digest(digest)
        .flask_salt(&case.reader_salt)
        // A lifetime of 0 is not allowed here. The only case of it has no age.
        .lifetime(Duration::from_secs(case.max_age.max(1)))
        .clock(at(case.now_unix));
    Browser::new(app(fairing, routes![keys, renew]))
}

#[test]
fn every_cookie_is_judged_as_flask_judges_it() {
    let mut cases = 0;
    for line in include_str!("../../../session-runtime/vectors/flask.jsonl").lines() {
        let case = case(line);
        let browser = browser(&case);
        browser.take_cookie(&case.cookie);
        let answer = browser.get("/keys");
        assert_eq!(answer.status, 200, "{}", case.name);
        let stats = browser.stats();
        let reasons: Vec<_> =
            Refused::ALL.iter().filter(|reason| stats.refused(**reason) > 0).copied().collect();
        let allowed: &[Refused] = match case.expect.as_str() {
            "valid" if REFUSED.contains(&case.name.as_str()) => {
                &[Refused::Malformed, Refused::TooLong]
            }
            "valid" => &[],
            "expired" => &[Refused::Expired, Refused::Future],
            "bad_signature" => &[Refused::Forged, Refused::Malformed],
            "malformed" => {
                &[Refused::Malformed, Refused::Payload, Refused::Format, Refused::Future]
            }
            other => panic!("{other}"),
        };
        let is_allowed = match reasons.as_slice() {
            [] => allowed.is_empty(),
            reasons => reasons.iter().all(|reason| allowed.contains(reason)),
        };
        assert!(is_allowed, "{}: {reasons:?}", case.name);
        cases += 1;
    }
    assert_eq!(cases, 64);
}

#[test]
fn every_session_is_written_back_as_flask_writes_it() {
    let mut written = 0;
    for line in include_str!("../../../session-runtime/vectors/flask.jsonl").lines() {
        let case = case(line);
        let Some(redumped) = case.redumped.as_ref().filter(|json| *json != "{}") else { continue };
        if case.expect != "valid" || REFUSED.contains(&case.name.as_str()) {
            continue;
        }
        let browser = browser(&case);
        browser.take_cookie(&case.cookie);
        let again = payload(&browser.get("/renew").issued().value);
        let expected = match KEPT.contains(&case.name.as_str()) {
            true => payload(&case.cookie),
            false => redumped.clone(),
        };
        assert_eq!(again, expected, "{}", case.name);
        written += 1;
    }
    assert!(written > 30, "{written}");
}
