//! Flask's cookie.
//!
//! What the input is depends on its first byte: 0 changes a valid value step by
//! step, 1 signs any text as payload and time, 2 signs a zlib stream that was
//! changed, 3 any bytes as a stream whose checksum is right, and everything else
//! is a value as it stands.
#![no_main]

use std::collections::HashSet;
use std::sync::LazyLock;

use libfuzzer_sys::arbitrary::{self, Arbitrary, Unstructured};
use libfuzzer_sys::fuzz_target;
use session_fuzz::flask::{self, MAX_INFLATED, SALT, Sample, Signer, samples};
use session_fuzz::{NAME, NOW, foreign_key, keys, maker};
use session_runtime::fuzzing::{Envelope, Times, Visit};
use session_runtime::{FlaskDigest, Format, Refused};

struct Fixture {
    samples: Vec<Sample>,
    /// Each with the values that it accepts.
    judges: Vec<(Envelope, HashSet<String>)>,
    /// With what the envelope beside it knows.
    signers: Vec<(Signer, Envelope)>,
}

static FIXTURE: LazyLock<Fixture> = LazyLock::new(|| {
    use FlaskDigest::{Sha1, Sha256, Sha512};
    session_fuzz::log::install();
    let (samples, all) = (samples(64), keys());
    let foreign = [foreign_key()];
    let judge = |digest, salt, accept: &[Format], keys: &[[u8; 32]], known: usize| {
        let envelope = Envelope::flask(NAME, digest, salt, accept, keys);
        let valid = samples.iter().filter(|sample| sample.key < known);
        (envelope, valid.map(|sample| sample.value.clone()).collect())
    };
    let others = [Format::Signed, Format::Encrypted];
    let judges = vec![
        judge(Sha1, SALT, &[], &all[..1], 1),
        judge(Sha1, SALT, &[], &all, all.len()),
        judge(Sha1, SALT, &others, &all, all.len()),
        judge(Sha256, SALT, &[], &all, 0),
        judge(Sha512, SALT, &[], &all, 0),
        judge(Sha1, "another salt", &[], &all, 0),
        judge(Sha1, SALT, &[], &foreign, 0),
    ];
    let signer = |digest| {
        let key = all[0];
        (Signer::new(&key, digest, SALT), Envelope::flask(NAME, digest, SALT, &[], &[key]))
    };
    let signers = [Sha1, Sha256, Sha512].map(signer).into();
    Fixture { samples, judges, signers }
});

impl Fixture {
    /// Nothing is accepted but what was made.
    fn judge(&self, value: &str) {
        for (n, (envelope, valid)) in self.judges.iter().enumerate() {
            match envelope.open(value) {
                Ok(opened) => {
                    assert!(valid.contains(value), "judge {n} accepts {value}");
                    let made = self.samples.iter().find(|sample| sample.value == value);
                    let Sample { payload, issued, .. } = made.expect("it is a sample");
                    assert_eq!((&opened.payload, opened.times.issued), (payload, *issued));
                }
                Err(_) => assert!(!valid.contains(value), "judge {n} refuses {value}"),
            }
        }
    }

    fn signer(&self, input: &mut Unstructured<'_>) -> arbitrary::Result<&(Signer, Envelope)> {
        // Mostly Flask's own digest.
        let n: u8 = input.arbitrary()?;
        Ok(&self.signers[usize::from(n % 8).saturating_sub(5)])
    }
}

/// One change of a value. Numbers are taken modulo what there is.
#[derive(Arbitrary, Debug)]
enum Step {
    Flip(u16, u8),
    Put(u16, u8),
    Insert(u16, u8),
    Remove(u16),
    Truncate(u16),
    Behead(u16),
    /// A part of another valid value in the place of one.
    Splice {
        part: u8,
        other: u8,
        theirs: u8,
    },
    SwapParts,
    DropPart(u8),
    DoublePart(u8),
    /// A byte of a part, behind the base64.
    Byte {
        part: u8,
        at: u16,
        xor: u8,
    },
    /// A MAC of another length.
    CutMac(u8),
    /// The mark of a compressed payload, put before it or taken away.
    Mark,
    Case(u16),
    Pad(u8),
}

fn modulo(n: impl Into<usize>, end: usize) -> usize {
    n.into() % end.max(1)
}

fn change(value: String, step: &Step, samples: &[Sample]) -> String {
    let mut bytes = value.clone().into_bytes();
    let end = bytes.len();
    let mut parts: Vec<String> = value.split('.').map(str::to_owned).collect();
    let count = parts.len();
    match *step {
        Step::Flip(at, bit) if end > 0 => bytes[modulo(at, end)] ^= 1 << (bit % 7),
        Step::Put(at, byte) if end > 0 => bytes[modulo(at, end)] = byte & 0x7f,
        Step::Insert(at, byte) => bytes.insert(modulo(at, end + 1), byte & 0x7f),
        Step::Remove(at) if end > 0 => drop(bytes.remove(modulo(at, end))),
        Step::Truncate(at) => bytes.truncate(modulo(at, end)),
        Step::Behead(at) => drop(bytes.drain(..modulo(at, end))),
        Step::Case(at) if end > 0 => bytes[modulo(at, end)] ^= 0x20,
        Step::Mark => match value.strip_prefix('.') {
            Some(rest) => return rest.to_owned(),
            None => bytes.insert(0, b'.'),
        },
        Step::Splice { part, other, theirs } => {
            let other = &samples[modulo(other, samples.len())].value;
            let other: Vec<_> = other.split('.').collect();
            parts[modulo(part, count)] = other[modulo(theirs, other.len())].to_owned();
            return parts.join(".");
        }
        Step::SwapParts => {
            parts.rotate_left(1);
            return parts.join(".");
        }
        Step::DropPart(part) => {
            parts.remove(modulo(part, count));
            return parts.join(".");
        }
        Step::DoublePart(part) => {
            parts.insert(0, parts[modulo(part, count)].clone());
            return parts.join(".");
        }
        Step::Byte { part, at, xor } => {
            let part = &mut parts[modulo(part, count)];
            let mut decoded = maker::decode(part);
            if !decoded.is_empty() {
                let at = modulo(at, decoded.len());
                decoded[at] ^= xor;
                *part = maker::encode(&decoded);
            }
            return parts.join(".");
        }
        Step::CutMac(length) => {
            if let Some(mac) = parts.last_mut() {
                let mut bytes = maker::decode(mac);
                bytes.resize(length.into(), 0);
                *mac = maker::encode(&bytes);
            }
            return parts.join(".");
        }
        Step::Pad(part) => {
            parts[modulo(part, count)].push('=');
            return parts.join(".");
        }
        _ => {}
    }
    String::from_utf8(bytes).unwrap_or(value)
}

fn mutate(fixture: &Fixture, data: &[u8]) -> arbitrary::Result<()> {
    let mut input = Unstructured::new(data);
    let mut value = input.choose(&fixture.samples)?.value.clone();
    while !input.is_empty() {
        value = change(value, &input.arbitrary()?, &fixture.samples);
    }
    fixture.judge(&value);
    Ok(())
}

/// What a valid signature opens is sealed and opened to the same again.
fn opened(envelope: &Envelope, value: &str, payload: &str, issued: u64) {
    let opened = envelope.open(value).expect("it is valid");
    assert_eq!((opened.payload.as_str(), opened.times.issued), (payload, issued));
    assert!(opened.current && opened.payload.len() <= MAX_INFLATED.max(value.len()));
    let again = envelope.seal(payload, Times { created: 0, issued, lifetime: None });
    let reopened = envelope.open(&again).expect("it was sealed here");
    assert_eq!(reopened, opened);
    // Compression makes nothing longer.
    let longest = flask::plain(payload.as_bytes()).len() + flask::time(issued).len();
    assert!(again.len() <= longest + 2 + 86);
    if let Ok(visit) = Visit::load_flask(payload) {
        assert!(!visit.end().shown.changed, "nobody changed it");
    }
}

/// Any text as the payload and the time, behind a valid signature.
fn signed(fixture: &Fixture, data: &[u8]) -> arbitrary::Result<()> {
    let mut input = Unstructured::new(data);
    let (signer, envelope) = fixture.signer(&mut input)?;
    let Ok(text) = std::str::from_utf8(input.take_rest()) else { return Ok(()) };
    let (payload, time) = text.rsplit_once('.').unwrap_or((text, "ZVPxAA"));
    let value = signer.sign(payload, time);
    let issued = flask::canonical(time).filter(|bytes| bytes.len() <= 8);
    let issued =
        issued.map(|bytes| bytes.iter().fold(0, |time, byte| time << 8 | u64::from(*byte)));
    let bytes = match payload.strip_prefix('.') {
        None => flask::canonical(payload),
        Some(deflated) => match flask::canonical(deflated) {
            // What is in it, the other kinds of input ask.
            Some(_) => return Ok(drop(envelope.open(&value))),
            None => None,
        },
    };
    let json = bytes.map(String::from_utf8);
    match (issued, json) {
        (Some(issued), Some(Ok(json))) => opened(envelope, &value, &json, issued),
        (Some(_), Some(Err(_))) => assert_eq!(envelope.open(&value), Err(Refused::Payload)),
        // A time that is longer than any of Flask's is none of its values.
        _ if time.len() > 11 => assert!(envelope.open(&value).is_err()),
        _ => assert_eq!(envelope.open(&value), Err(Refused::Malformed)),
    }
    Ok(())
}

#[derive(Arbitrary, Debug)]
enum Damage {
    None,
    Flip(u16, u8),
    Put(u16, u8),
    Cut(u16),
    Behead(u8),
    Append(u8),
    Twice,
}

/// A text that repeats itself up to twice the limit, compressed and then damaged.
fn compressed(fixture: &Fixture, data: &[u8]) -> arbitrary::Result<()> {
    let mut input = Unstructured::new(data);
    let (signer, envelope) = fixture.signer(&mut input)?;
    let (level, length): (u8, u32) = input.arbitrary()?;
    // Few of them long, or nothing else would be done.
    let length = if level >= 0xf0 { length % (1 << 17) } else { length % 600 };
    let damages: [Damage; 2] = input.arbitrary()?;
    let pattern = input.take_rest();
    let pattern = if pattern.is_empty() { b"a" } else { pattern };
    let text: Vec<u8> = pattern.iter().copied().cycle().take(length as usize).collect();
    let good = flask::deflate(&text, u32::from(level % 10));
    let mut stream = good.clone();
    for damage in damages {
        let end = stream.len();
        match damage {
            Damage::Flip(at, bit) if end > 0 => stream[modulo(at, end)] ^= 1 << (bit % 8),
            Damage::Put(at, byte) if end > 0 => stream[modulo(at, end)] = byte,
            Damage::Cut(at) => stream.truncate(modulo(at, end)),
            Damage::Behead(count) => drop(stream.drain(..modulo(count, end))),
            Damage::Append(byte) => stream.push(byte),
            Damage::Twice => stream.extend_from_slice(&good),
            _ => {}
        }
    }
    let value = signer.sign(&flask::zlib(&stream), &flask::time(NOW));
    let whole = flask::inflate(&stream, MAX_INFLATED);
    if stream == good && text.len() <= MAX_INFLATED {
        assert_eq!(whole, Some(text));
    }
    match whole.map(String::from_utf8) {
        Some(Ok(text)) => opened(envelope, &value, &text, NOW),
        _ => assert!(envelope.open(&value).is_err(), "broken, too long, or no text"),
    }
    Ok(())
}

/// Any bytes as what was deflated, in a stream that is right around it.
fn inflated(fixture: &Fixture, data: &[u8]) -> arbitrary::Result<()> {
    let mut input = Unstructured::new(data);
    let (signer, envelope) = fixture.signer(&mut input)?;
    let rest = input.take_rest();
    let inflated = flask::inflate_raw(rest, MAX_INFLATED);
    let whole = inflated.as_ref().map(|(out, used)| flask::wrap(&rest[..*used], out));
    // Without a checksum it is at least read to its end.
    let stream = whole.clone().unwrap_or_else(|| flask::wrap(rest, b""));
    let value = signer.sign(&flask::zlib(&stream), &flask::time(NOW));
    match inflated.map(|(out, _)| String::from_utf8(out)) {
        Some(Ok(text)) => {
            opened(envelope, &value, &text, NOW);
            let longer = [&stream[..], b"\0"].concat();
            let value = signer.sign(&flask::zlib(&longer), &flask::time(NOW));
            assert_eq!(envelope.open(&value), Err(Refused::Payload), "a byte behind the end");
        }
        _ => assert!(envelope.open(&value).is_err(), "it does not inflate to text"),
    }
    Ok(())
}

fuzz_target!(|data: &[u8]| {
    let fixture = &*FIXTURE;
    // An input that is too short for its kind says nothing.
    let _too_short = match data.split_first() {
        Some((0, rest)) => mutate(fixture, rest),
        Some((1, rest)) => signed(fixture, rest),
        Some((2, rest)) => compressed(fixture, rest),
        Some((3, rest)) => inflated(fixture, rest),
        _ => {
            if let Ok(value) = std::str::from_utf8(data) {
                fixture.judge(value);
            }
            Ok(())
        }
    };
});
