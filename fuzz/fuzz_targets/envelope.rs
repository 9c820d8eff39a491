//! The cookie's value.
//!
//! What the input is depends on its first byte: 0 changes a valid value step by
//! step, 1 signs or encrypts any payload, 2 any header, and everything else is
//! a value as it stands.
#![no_main]

use std::collections::HashSet;
use std::sync::LazyLock;

use libfuzzer_sys::arbitrary::{self, Arbitrary, Unstructured};
use libfuzzer_sys::fuzz_target;
use session_fuzz::maker::{self, Maker};
use session_fuzz::{Judge, NAME, Sample, judges, keys, samples};
use session_runtime::fuzzing::{Envelope, Times, Visit};
use session_runtime::{Format, Refused};

struct Fixture {
    samples: Vec<Sample>,
    /// Each with the values that it accepts.
    judges: Vec<(Judge, HashSet<String>)>,
    maker: Maker,
    signed: Envelope,
    both: Envelope,
}

static FIXTURE: LazyLock<Fixture> = LazyLock::new(|| {
    session_fuzz::log::install();
    let samples = samples(64);
    let known = |judge: Judge| {
        let valid = samples.iter().filter(|sample| judge.knows(sample));
        let values = valid.map(|sample| sample.value.clone()).collect();
        (judge, values)
    };
    let judges = judges().into_iter().map(known).collect();
    let key = keys()[0];
    Fixture {
        judges,
        maker: Maker::new(&key, NAME),
        signed: Envelope::new(NAME, Format::Signed, &[], &[key]),
        both: Envelope::new(NAME, Format::Encrypted, &[Format::Signed], &[key]),
        samples,
    }
});

impl Fixture {
    /// Nothing is accepted but what was made.
    fn judge(&self, value: &str) {
        for (judge, valid) in &self.judges {
            let accepted = judge.envelope.open(value).is_ok();
            assert_eq!(accepted, valid.contains(value), "{}: {value}", judge.what);
        }
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
    /// The header says another key.
    KeyId(u8),
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
        Step::Splice { part, other, theirs } => {
            let other = samples[modulo(other, samples.len())].parts();
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
        Step::KeyId(other) => {
            let other = samples[modulo(other, samples.len())].parts();
            let theirs = maker::decode(other[1]);
            let mut header = maker::decode(parts.get(1).map_or("", String::as_str));
            if header.len() >= 6 {
                header[2..6].copy_from_slice(&theirs[2..6]);
                parts[1] = maker::encode(&header);
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

/// Any payload behind a valid signature, or in a valid box.
fn payload(fixture: &Fixture, data: &[u8]) -> arbitrary::Result<()> {
    let mut input = Unstructured::new(data);
    const MAX: u64 = (1 << 40) - 1;
    let created = input.int_in_range(0..=MAX)?;
    let issued = input.int_in_range(0..=MAX)?;
    let lifetime: Option<u32> = input.arbitrary()?;
    let times = Times { created, issued, lifetime: lifetime.map(u64::from) };
    let encrypted: bool = input.arbitrary()?;
    let payload = input.take_rest();
    let header = maker::header(fixture.maker.id, times);
    let value = match encrypted {
        true => fixture.maker.encrypt([7; 24], payload, &header),
        false => fixture.maker.sign(payload, &header),
    };
    let opened = fixture.both.open(&value);
    let Ok(text) = std::str::from_utf8(payload) else {
        assert_eq!(opened.expect_err("it is no text"), Refused::Payload);
        return Ok(());
    };
    let opened = opened.expect("it is valid");
    assert_eq!((opened.payload.as_str(), opened.times), (text, times));
    assert_eq!(opened.current, encrypted);
    if !encrypted {
        assert_eq!(fixture.signed.seal(text, times), value);
    } else {
        assert_eq!(fixture.signed.open(&value), Err(Refused::Format));
    }
    if let Ok(visit) = Visit::load(&opened.payload) {
        assert!(!visit.end().shown.changed, "nobody changed it");
    }
    Ok(())
}

/// Any header behind a valid signature.
fn header(fixture: &Fixture, data: &[u8]) -> arbitrary::Result<()> {
    let mut input = Unstructured::new(data);
    let own: bool = input.arbitrary()?;
    let mut header = input.take_rest().to_vec();
    if own && header.len() >= 6 {
        header[2..6].copy_from_slice(&fixture.maker.id);
    }
    let value = fixture.maker.sign(b"{}", &header);
    if let Ok(opened) = fixture.both.open(&value) {
        assert_eq!(maker::header(fixture.maker.id, opened.times), header, "one header, one form");
    }
    let _stand_in = fixture.both.open(&fixture.maker.encrypt([9; 24], b"{}", &header));
    Ok(())
}

fuzz_target!(|data: &[u8]| {
    let fixture = &*FIXTURE;
    // An input that is too short for its kind says nothing.
    let _too_short = match data.split_first() {
        Some((0, rest)) => mutate(fixture, rest),
        Some((1, rest)) => payload(fixture, rest),
        Some((2, rest)) => header(fixture, rest),
        _ => {
            if let Ok(value) = std::str::from_utf8(data) {
                fixture.judge(value);
            }
            Ok(())
        }
    };
});
