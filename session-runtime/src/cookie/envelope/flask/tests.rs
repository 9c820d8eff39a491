//! Values that Flask made, and altered ones.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::zlib::{MAX_INFLATED, deflate};
use super::{Digest, Key, MAX_KEYS, Verified, verify};
use crate::cookie::envelope::Refused;

const SALT: &[u8] = b"cookie-session";
const TIME: u64 = 1_700_000_000;

/// Made by Flask with the key `dev`.
const FLASK: &str = "eyJhIjoxfQ.ZVPxAA.D3QXMI0ZQYNZDxORB__kVZyT7hk";

fn dev() -> [Key; 1] {
    [Key::new(b"dev", Digest::Sha1, SALT)]
}

fn sealed(key: &Key, payload: &str, issued: u64) -> String {
    let mut out = String::new();
    key.seal(payload, issued, &mut out);
    out
}

/// A signed value with this payload and time, valid or not.
fn signed(payload: &str, time: &str) -> String {
    let signed = format!("{payload}.{time}");
    let Key::Sha1(key) = &dev()[0] else { unreachable!() };
    format!("{signed}.{}", super::sign(key, &signed))
}

fn open(value: &str) -> Result<String, Refused> {
    verify(&dev(), value).and_then(|verified| verified.payload())
}

fn zlib(bytes: &[u8]) -> String {
    signed(&format!(".{}", URL_SAFE_NO_PAD.encode(bytes)), "ZVPxAA")
}

#[test]
fn makes_and_opens_what_flask_makes() {
    let keys = dev();
    assert_eq!(sealed(&keys[0], r#"{"a":1}"#, TIME), FLASK);
    let verified = verify(&keys, FLASK).unwrap();
    let Verified { issued, key, .. } = verified;
    assert_eq!((issued, key), (TIME, 0));
    assert_eq!(verified.payload().unwrap(), r#"{"a":1}"#);
}

#[test]
fn opens_what_it_sealed_with_every_digest_and_salt() {
    let long = format!(r#"{{"a":"{}"}}"#, "aé".repeat(400));
    for digest in [Digest::Sha1, Digest::Sha256, Digest::Sha512] {
        for secret in [&b"k"[..], &[0xff; 300]] {
            let key = [Key::new(secret, digest, SALT)];
            for payload in ["{}", "", &long] {
                for issued in [0, 255, 256, TIME, u64::MAX] {
                    let value = sealed(&key[0], payload, issued);
                    let verified = verify(&key, &value).unwrap();
                    assert_eq!(verified.issued, issued);
                    assert_eq!(verified.payload().unwrap(), payload);
                }
            }
            let value = sealed(&key[0], "{}", TIME);
            let salted = [Key::new(secret, digest, b"another salt")];
            assert_eq!(verify(&salted, &value).unwrap_err(), Refused::Forged);
        }
    }
    let value = sealed(&dev()[0], "{}", TIME);
    let sha256 = [Key::new(b"dev", Digest::Sha256, SALT)];
    assert_eq!(verify(&sha256, &value).unwrap_err(), Refused::Forged);
}

#[test]
fn every_flipped_bit_is_refused() {
    for value in [FLASK.to_owned(), sealed(&dev()[0], &"a".repeat(100), TIME)] {
        for at in 0..value.len() {
            for bit in 0..7 {
                let mut bytes = value.as_bytes().to_vec();
                bytes[at] ^= 1 << bit;
                let changed = String::from_utf8(bytes).unwrap();
                assert!(verify(&dev(), &changed).is_err(), "{changed}");
            }
            assert!(verify(&dev(), &value[..at]).is_err());
        }
    }
}

#[test]
fn all_keys_are_tried_but_no_more_than_eight() {
    let key = |n: usize| Key::new(n.to_string().as_bytes(), Digest::Sha1, SALT);
    let keys: Vec<_> = (0..=MAX_KEYS).map(key).collect();
    for n in 0..MAX_KEYS {
        assert_eq!(verify(&keys, &sealed(&keys[n], "{}", TIME)).unwrap().key, n);
    }
    let ninth = sealed(&keys[MAX_KEYS], "{}", TIME);
    assert_eq!(verify(&keys, &ninth).unwrap_err(), Refused::Forged);
    assert_eq!(verify(&[], FLASK).unwrap_err(), Refused::Forged);
}

#[test]
fn only_canonical_base64_is_read() {
    assert_eq!(open(&signed("eyJhIjoxfQ", "ZVPxAA")).unwrap(), r#"{"a":1}"#);
    // Unused bits that are set, padding, and junk, in the payload and in the time.
    for (payload, time) in [
        ("eyJhIjoxfR", "ZVPxAA"),
        ("eyJhIjoxfQ==", "ZVPxAA"),
        ("eyJh!IjoxfQ", "ZVPxAA"),
        ("eyJh IjoxfQ", "ZVPxAA"),
        ("eyJhIjoxfQ", "ZVPxAB"),
        ("eyJhIjoxfQ", "ZVPxAA=="),
        ("eyJhIjoxfQ", "ZVP*xAA"),
    ] {
        assert_eq!(open(&signed(payload, time)).unwrap_err(), Refused::Malformed, "{payload}");
    }
    // The same in the signature: `k` ends in two unused bits.
    let (rest, mac) = FLASK.rsplit_once('.').unwrap();
    for mac in [mac.replace("hk", "hl"), format!("{mac}="), mac.replace("__", "//")] {
        assert_eq!(open(&format!("{rest}.{mac}")).unwrap_err(), Refused::Malformed, "{mac}");
    }
}

#[test]
fn a_mac_of_another_length_is_refused() {
    let (rest, mac) = FLASK.rsplit_once('.').unwrap();
    for mac in ["", "AAAA", &mac[..24], &format!("{mac}AAA"), &"A".repeat(86), &"A".repeat(200)] {
        assert!(open(&format!("{rest}.{mac}")).is_err(), "{mac}");
    }
}

#[test]
fn a_time_has_up_to_eight_bytes() {
    let time = |bytes: &[u8]| {
        let value = signed("e30", &URL_SAFE_NO_PAD.encode(bytes));
        verify(&dev(), &value).map(|verified| verified.issued)
    };
    assert_eq!(time(&[]), Ok(0));
    assert_eq!(time(&[1, 0]), Ok(256));
    assert_eq!(time(&[0, 0, 0, 0, 0, 0, 1, 0]), Ok(256));
    assert_eq!(time(&[255; 8]), Ok(u64::MAX));
    assert_eq!(time(&[1; 9]), Err(Refused::Malformed));
    assert_eq!(time(&[1; 40]), Err(Refused::Malformed));
}

#[test]
fn the_parts_are_counted_from_the_right() {
    let verified = signed("a.b", "ZVPxAA");
    assert_eq!(open(&verified).unwrap_err(), Refused::Malformed);
    for value in ["", ".", "e30", "..", "e30.ZVPxAA"] {
        assert!(open(value).is_err(), "{value}");
    }
}

#[test]
fn compresses_only_what_gets_shorter_by_two_bytes() {
    let mark = |payload: &str| sealed(&dev()[0], payload, TIME).starts_with('.');
    assert!(!mark(r#"{"a":1}"#));
    assert!(mark(&format!(r#"{{"a":"{}"}}"#, "a".repeat(40))));
    for length in 0..100 {
        let payload = format!(r#"{{"a":"{}"}}"#, "a".repeat(length));
        let deflated = deflate(&payload).unwrap().len();
        assert_eq!(mark(&payload), deflated + 2 <= payload.len());
    }
}

#[test]
fn output_is_bounded_before_it_is_produced() {
    let text = "a".repeat(MAX_INFLATED);
    assert_eq!(open(&sealed(&dev()[0], &text, TIME)).unwrap(), text);
    // A payload too long to be read back is not compressed, so it is too large.
    let longer = text + "a";
    let value = sealed(&dev()[0], &longer, TIME);
    assert!(value.len() > longer.len() && !value.starts_with('.'));
    let bomb = |megabytes: usize| {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        std::io::Write::write_all(&mut encoder, &vec![b'a'; megabytes << 20]).unwrap();
        encoder.finish().unwrap()
    };
    for megabytes in [1, 3] {
        assert_eq!(open(&zlib(&bomb(megabytes))).unwrap_err(), Refused::TooLong);
    }
}

#[test]
fn only_one_whole_zlib_stream_is_read() {
    let json = format!(r#"{{"a":"{}"}}"#, "ab".repeat(30));
    let good = deflate(&json).unwrap();
    assert_eq!(open(&zlib(&good)).unwrap(), json);
    for cut in 0..good.len() {
        assert_eq!(open(&zlib(&good[..cut])).unwrap_err(), Refused::Payload, "{cut}");
    }
    let mut sum = good.clone();
    *sum.last_mut().unwrap() ^= 1;
    let raw = good[2..good.len() - 4].to_vec();
    let gzip = [&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff][..], &raw].concat();
    // With a preset dictionary.
    let mut preset = good.clone();
    preset[..2].copy_from_slice(&[0x78, 0xbb]);
    let twice = [&good[..], &good].concat();
    for bytes in [sum, raw, gzip, preset, twice, [&good[..], b"x"].concat()] {
        assert_eq!(open(&zlib(&bytes)).unwrap_err(), Refused::Payload);
    }
}

#[test]
fn a_payload_is_text() {
    assert_eq!(open(&signed("_w", "ZVPxAA")).unwrap_err(), Refused::Payload);
    assert_eq!(open(&zlib(&deflate("\u{7ff}").unwrap())).unwrap(), "\u{7ff}");
}
