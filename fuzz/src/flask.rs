//! Flask's cookie, from its description. Every part is open to be changed.

use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flate2::write::{DeflateEncoder, ZlibEncoder};
use flate2::{Compression, Decompress, FlushDecompress, Status};
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Sha256, Sha512};

use session_runtime::FlaskDigest;

use crate::maker::encode;
use crate::random::Random;
use crate::{NOW, keys};

/// The salt that Flask has unless an application chose another.
pub const SALT: &str = "cookie-session";

/// What a payload may inflate to.
pub const MAX_INFLATED: usize = 64 * 1024;

/// Signs what is put together by hand.
#[derive(Clone)]
pub enum Signer {
    /// Flask's default.
    Sha1(Hmac<Sha1>),
    /// An application's choice.
    Sha256(Hmac<Sha256>),
    /// An application's choice.
    Sha512(Hmac<Sha512>),
}

impl Signer {
    /// With the key that is derived from the secret and the salt.
    ///
    /// # Panics
    ///
    /// If it is a new digest.
    #[must_use]
    pub fn new(secret: &[u8], digest: FlaskDigest, salt: &str) -> Signer {
        match digest {
            FlaskDigest::Sha1 => Signer::Sha1(derive(secret, salt)),
            FlaskDigest::Sha256 => Signer::Sha256(derive(secret, salt)),
            FlaskDigest::Sha512 => Signer::Sha512(derive(secret, salt)),
            other => panic!("{other:?} is no digest that is known here"),
        }
    }

    /// The value of a payload and a time as they stand in the cookie.
    #[must_use]
    pub fn sign(&self, payload: &str, time: &str) -> String {
        let signed = format!("{payload}.{time}");
        let mac = encode(&self.mac(&signed));
        format!("{signed}.{mac}")
    }

    /// The MAC over any text.
    #[must_use]
    pub fn mac(&self, signed: &str) -> Vec<u8> {
        match self {
            Signer::Sha1(key) => mac(key, signed),
            Signer::Sha256(key) => mac(key, signed),
            Signer::Sha512(key) => mac(key, signed),
        }
    }
}

fn mac<M: Mac + Clone>(key: &M, signed: &str) -> Vec<u8> {
    key.clone().chain_update(signed).finalize().into_bytes().to_vec()
}

fn derive<M: KeyInit + Mac + Clone>(secret: &[u8], salt: &str) -> M {
    let keyed = |key: &[u8]| <M as KeyInit>::new_from_slice(key).expect("a key of any length");
    keyed(&mac(&keyed(secret), salt))
}

/// A time as it stands in the cookie.
#[must_use]
pub fn time(seconds: u64) -> String {
    let bytes = seconds.to_be_bytes();
    encode(&bytes[bytes.iter().take_while(|byte| **byte == 0).count()..])
}

/// A payload as it stands in the cookie, without compression.
#[must_use]
pub fn plain(json: &[u8]) -> String {
    encode(json)
}

/// A payload as it stands in the cookie, from what is said to be zlib.
#[must_use]
pub fn zlib(stream: &[u8]) -> String {
    format!(".{}", encode(stream))
}

/// The bytes of canonical base64.
#[must_use]
pub fn canonical(part: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(part).ok()
}

/// A zlib stream.
///
/// # Panics
///
/// Never: memory has room.
#[must_use]
pub fn deflate(bytes: &[u8], level: u32) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::new(level.min(9)));
    encoder.write_all(bytes).expect("memory has room");
    encoder.finish().expect("memory has room")
}

/// The same without header and checksum.
///
/// # Panics
///
/// Never: memory has room.
#[must_use]
pub fn deflate_raw(bytes: &[u8], level: u32) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::new(level.min(9)));
    encoder.write_all(bytes).expect("memory has room");
    encoder.finish().expect("memory has room")
}

/// What a stream without header and checksum inflates to, up to a limit, and
/// how many bytes of it that took. `None` if it is broken or longer.
#[must_use]
pub fn inflate_raw(stream: &[u8], limit: usize) -> Option<(Vec<u8>, usize)> {
    let mut out = Vec::with_capacity(limit + 1);
    let mut inflater = Decompress::new(false);
    let status = inflater.decompress_vec(stream, &mut out, FlushDecompress::Finish).ok()?;
    let used = usize::try_from(inflater.total_in()).ok()?;
    (status == Status::StreamEnd && out.len() <= limit).then_some((out, used))
}

/// What a whole zlib stream and nothing else inflates to, up to a limit (RFC
/// 1950): the header and the checksum are checked here.
#[must_use]
pub fn inflate(stream: &[u8], limit: usize) -> Option<Vec<u8>> {
    let ([method, flags], rest) = stream.split_first_chunk()?;
    let deflate = method & 0x0f == 8 && method >> 4 <= 7;
    let no_dictionary = flags & 0x20 == 0;
    let check = u16::from_be_bytes([*method, *flags]).is_multiple_of(31);
    let (out, used) = inflate_raw(rest, limit)?;
    let sum = rest[used..] == adler(&out).to_be_bytes();
    (deflate && no_dictionary && check && sum).then_some(out)
}

/// A zlib stream around what was deflated already: its header, and the checksum
/// of what it inflates to.
#[must_use]
pub fn wrap(deflated: &[u8], inflated: &[u8]) -> Vec<u8> {
    [&[0x78, 0x9c], deflated, &adler(inflated).to_be_bytes()].concat()
}

/// Adler-32. Its sums have room for 5552 bytes before they overflow.
fn adler(bytes: &[u8]) -> u32 {
    let (mut a, mut b) = (1_u32, 0_u32);
    for chunk in bytes.chunks(5552) {
        for byte in chunk {
            a += u32::from(*byte);
            b += a;
        }
        (a, b) = (a % 65_521, b % 65_521);
    }
    b << 16 | a
}

/// A valid cookie of Flask's and how it was made.
#[derive(Clone, Debug)]
pub struct Sample {
    /// The cookie's value.
    pub value: String,
    /// The index of its key.
    pub key: usize,
    /// What it holds.
    pub payload: String,
    /// When it was issued.
    pub issued: u64,
}

/// `count` valid cookies under all keys, the same every time. Every second one
/// has the first key, and every third is compressed.
#[must_use]
pub fn samples(count: usize) -> Vec<Sample> {
    let signers = keys().map(|key| Signer::new(&key, FlaskDigest::Sha1, SALT));
    let mut random = Random::new(0xf1a5_c017);
    let make = |n: usize| {
        let key = if n.is_multiple_of(2) { 0 } else { random.below(signers.len()) };
        let issued = NOW - random.below(86_400) as u64;
        let payload = match random.below(3) {
            0 => format!(r#"{{"id":{n}}}"#),
            1 => format!(r#"{{"_permanent":true,"user":"user{}"}}"#, random.below(1000)),
            _ => format!(r#"{{"_flashes":[{{" t":["info","saved"]}}],"id":{n}}}"#),
        };
        let (payload, text) = if n.is_multiple_of(3) {
            let long = format!(r#"{{"id":{n},"note":"{}"}}"#, "ab".repeat(20 + random.below(99)));
            let text = zlib(&deflate(long.as_bytes(), 9));
            (long, text)
        } else {
            let text = plain(payload.as_bytes());
            (payload, text)
        };
        Sample { value: signers[key].sign(&text, &time(issued)), key, payload, issued }
    };
    (0..count).map(make).collect()
}
