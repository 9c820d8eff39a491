//! Cookies that Flask made or judged, each judged the same way here, but for a
//! table of exceptions.

use chrono::{DateTime, SecondsFormat};
use serde::Deserialize;
use serde_json::Value;

use crate::cookie::envelope::flask::{Digest, Key, verify};
use crate::payload::flask::{decode, index, object};

#[derive(Deserialize)]
struct Case {
    name: String,
    secret_key: String,
    fallbacks: Option<Vec<String>>,
    reader_salt: String,
    reader_digest: String,
    reader_key_derivation: String,
    now_unix: u64,
    max_age: u64,
    made_by: String,
    cookie: String,
    expect: String,
    /// What Flask read, unless it is deep or has a lone surrogate.
    #[serde(skip)]
    loaded: Option<Value>,
    /// What Flask would write.
    #[serde(skip)]
    redumped: Option<String>,
}

/// Valid in Flask, and refused here.
const REFUSED: [(&str, &str); 5] = [
    ("ts_noncanonical_bits", "bits left over in the time's base64"),
    ("sig_trailing_bits", "bits left over in the signature's base64"),
    ("b64_noncanonical_payload", "bits left over in the payload's base64"),
    ("b64_junk_payload", "junk in the payload's base64"),
    ("zlib_bomb_fits_4k_cookie", "megabytes in four kilobytes"),
];

/// Flask would spell these anew; here they are passed through as they came.
const SPELLED_ANEW: [&str; 4] =
    ["tag_uuid_dashed", "tag_date_rfc850", "float_overflow", "tag_di_no_suffix"];

fn cases() -> Vec<Case> {
    include_str!("../../../../vectors/flask.jsonl").lines().map(Case::read).collect()
}

impl Case {
    /// What Flask read stands apart: `serde_json` reads neither a lone surrogate
    /// nor two hundred lists.
    fn read(line: &str) -> Case {
        let Some((head, rest)) = line.split_once(r#", "loaded": "#) else {
            return serde_json::from_str(line).unwrap();
        };
        let (loaded, redumped) = rest.split_once(r#", "redumped_json": "#).unwrap();
        let mut case: Case = serde_json::from_str(&format!("{head}}}")).unwrap();
        case.loaded = serde_json::from_str(loaded).ok();
        // More may come after it.
        let mut values = serde_json::Deserializer::from_str(redumped).into_iter();
        case.redumped = values.next().unwrap().unwrap();
        case
    }

    fn keys(&self) -> Vec<Key> {
        assert_eq!(self.reader_key_derivation, "hmac");
        let digest = match self.reader_digest.as_str() {
            "sha1" => Digest::Sha1,
            "sha256" => Digest::Sha256,
            "sha512" => Digest::Sha512,
            other => panic!("{other}"),
        };
        let secrets = std::iter::once(&self.secret_key).chain(self.fallbacks.iter().flatten());
        secrets
            .map(|secret| Key::new(secret.as_bytes(), digest, self.reader_salt.as_bytes()))
            .collect()
    }

    /// The payload, or Flask's word for why there is none.
    fn judge(&self) -> Result<String, &'static str> {
        let verified = match verify(&self.keys(), &self.cookie) {
            Ok(verified) => verified,
            Err(_) if self.expect == "malformed" => return Err("malformed"),
            Err(_) => return Err("bad_signature"),
        };
        let age = self.now_unix.checked_sub(verified.issued);
        if age.is_none_or(|age| age > self.max_age) {
            return Err("expired");
        }
        let payload = verified.payload().map_err(|_| "malformed")?;
        index(&payload, drop).map_err(|_| "malformed")?;
        Ok(payload)
    }
}

#[test]
fn every_cookie_is_judged_as_flask_judges_it() {
    let cases = cases();
    assert_eq!(cases.len(), 64);
    for case in cases {
        let judgement = case.judge();
        let refused_here = REFUSED.iter().any(|(name, _)| *name == case.name);
        match case.expect.as_str() {
            "valid" if refused_here => assert!(judgement.is_err(), "{}", case.name),
            "valid" => assert!(judgement.is_ok(), "{}: {judgement:?}", case.name),
            // A time far in the future makes Flask raise another error.
            "malformed" if case.name == "ts_u64_max" => assert_eq!(judgement, Err("expired")),
            expected => assert_eq!(judgement, Err(expected), "{}", case.name),
        }
    }
}

#[test]
fn every_session_is_written_back_as_flask_writes_it() {
    let mut spelled_anew = Vec::new();
    for case in cases() {
        let (Ok(payload), Some(redumped)) = (case.judge(), &case.redumped) else { continue };
        let mut fields = Vec::new();
        index(&payload, |field| fields.push(field)).unwrap();
        let text = |range: &std::ops::Range<usize>| &payload[range.clone()];
        let fields = fields.iter().map(|field| (text(&field.key).into(), text(&field.value)));
        let written = object(fields.collect());
        if written != *redumped {
            assert_eq!(written, payload, "{}", case.name);
            spelled_anew.push(case.name);
        } else if case.made_by == "flask" {
            let mut cookie = String::new();
            let keys = case.keys();
            let verified = verify(&keys, &case.cookie).unwrap();
            keys[verified.key].seal(&written, verified.issued, &mut cookie);
            assert_eq!(cookie.len(), case.cookie.len(), "{}", case.name);
            // zlib's own bytes are not promised.
            assert!(cookie == case.cookie || cookie.starts_with('.'), "{}", case.name);
        }
    }
    spelled_anew.sort_unstable();
    let mut expected = SPELLED_ANEW;
    expected.sort_unstable();
    assert_eq!(spelled_anew, expected);
}

/// What an untyped read gives of a value that Flask read.
fn untyped(loaded: &Value) -> Value {
    let inner = &loaded["v"];
    match loaded["t"].as_str().unwrap() {
        "dict" => inner.as_object().unwrap().iter().map(|(k, v)| (k.clone(), untyped(v))).collect(),
        "list" | "tuple" => inner.as_array().unwrap().iter().map(untyped).collect(),
        "int" => serde_json::from_str(inner.as_str().unwrap()).unwrap(),
        "datetime" => {
            let date = DateTime::from_timestamp(loaded["unix"].as_i64().unwrap(), 0).unwrap();
            date.to_rfc3339_opts(SecondsFormat::Secs, true).into()
        }
        "bytes" if loaded["hex"] == "01" => "AQ==".into(),
        // Not finite.
        "float" => Value::Null,
        "str" | "markup" | "uuid" | "bool" => inner.clone(),
        "null" => Value::Null,
        other => panic!("{other}"),
    }
}

#[test]
fn every_field_reads_as_flask_read_it() {
    let mut read = 0;
    for case in cases() {
        let (Ok(payload), Some(loaded)) = (case.judge(), &case.loaded) else { continue };
        index(&payload, |field| {
            let name = field.unescaped.as_deref().unwrap_or(&payload[field.key]);
            let value: Value = decode(&payload[field.value]).unwrap();
            assert_eq!(value, untyped(&loaded["v"][name]), "{}: {name}", case.name);
            read += 1;
        })
        .unwrap();
    }
    assert!(read > 35, "{read}");
}
