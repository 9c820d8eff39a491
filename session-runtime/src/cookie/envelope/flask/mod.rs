//! Flask's format: a Flask application can share the session.
//!
//! ```text
//! value     := payload "." time "." base64url(mac)
//! payload   := base64url(json) | "." base64url(zlib(json))
//! time      := base64url(seconds since 1970, big-endian, without leading zeros)
//! mac       := HMAC-D(key, payload "." time)
//! key       := HMAC-D(secret, salt)
//! ```
//!
//! It is itsdangerous' `URLSafeTimedSerializer` with the key derivation `hmac`.
//! D is SHA-1 unless the Flask application chose another digest. SHA-1's
//! collisions do not break HMAC-SHA-1: a forger would need the key.
//!
//! Only canonical base64 is accepted; Flask writes no other. The signature does
//! not cover the cookie's name. There is no key id, so every key is tried.

#[cfg(test)]
mod tests;
mod zlib;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Sha256, Sha512};
use zeroize::Zeroize;

use self::zlib::{deflate, inflate};
use super::{Refused, decode};
pub(crate) use crate::config::FlaskDigest as Digest;

/// A limit, because a forged cookie costs one MAC for each key.
pub(crate) const MAX_KEYS: usize = 8;

const TIME_BYTES: usize = 8;
/// Eight bytes in base64. This library's own header has twice as many.
const TIME_CHARS: usize = 11;
const MAC_BYTES: usize = 64;

/// The MAC's state after absorbing the derived key.
pub(crate) enum Key {
    Sha1(Hmac<Sha1>),
    Sha256(Hmac<Sha256>),
    Sha512(Hmac<Sha512>),
}

impl Key {
    /// Secret and salt may be any bytes, as in Python.
    pub(crate) fn new(secret: &[u8], digest: Digest, salt: &[u8]) -> Key {
        match digest {
            Digest::Sha1 => Key::Sha1(derive(secret, salt)),
            Digest::Sha256 => Key::Sha256(derive(secret, salt)),
            Digest::Sha512 => Key::Sha512(derive(secret, salt)),
        }
    }

    /// Appends the value for a payload to `out`, compressed when Flask would.
    pub(crate) fn seal(&self, payload: &str, issued: u64, out: &mut String) {
        let start = out.len();
        match deflate(payload) {
            // The leading dot takes up a saving of one byte.
            Some(deflated) if deflated.len() + 1 < payload.len() => {
                out.push('.');
                URL_SAFE_NO_PAD.encode_string(deflated, out);
            }
            _ => URL_SAFE_NO_PAD.encode_string(payload, out),
        }
        let time = issued.to_be_bytes();
        let zeros = time.iter().take_while(|byte| **byte == 0).count();
        out.push('.');
        URL_SAFE_NO_PAD.encode_string(&time[zeros..], out);
        let signed = &out[start..];
        let mac = match self {
            Key::Sha1(key) => sign(key, signed),
            Key::Sha256(key) => sign(key, signed),
            Key::Sha512(key) => sign(key, signed),
        };
        out.extend([".", &mac]);
    }

    fn verifies(&self, signed: &str, mac: &[u8]) -> bool {
        match self {
            Key::Sha1(key) => verify_mac(key, signed, mac),
            Key::Sha256(key) => verify_mac(key, signed, mac),
            Key::Sha512(key) => verify_mac(key, signed, mac),
        }
    }
}

/// A value with a valid signature. Its age is not checked yet, and its payload is
/// not decoded.
#[derive(Debug)]
pub(crate) struct Verified<'a> {
    payload: &'a str,
    /// In seconds since 1970. Flask accepts no time in the future.
    pub(crate) issued: u64,
    /// The index of the key that made the signature.
    pub(crate) key: usize,
}

/// Whether a value has the parts of Flask's format, and not of this library's.
pub(super) fn is_flask(value: &str) -> bool {
    let mut parts = value.rsplit('.').skip(1);
    let time = parts.next();
    parts.next().is_some() && time.is_some_and(|time| time.len() <= TIME_CHARS)
}

/// Verifies a value that was signed with one of the keys.
pub(crate) fn verify<'a, 'k>(
    keys: impl IntoIterator<Item = &'k Key>,
    value: &'a str,
) -> Result<Verified<'a>, Refused> {
    // Split from the right, because the payload may begin with a dot.
    let (signed, mac) = value.rsplit_once('.').ok_or(Refused::Malformed)?;
    let mut bytes = [0; MAC_BYTES + 2];
    let decoded = URL_SAFE_NO_PAD.decode_slice(mac, &mut bytes);
    let mac = &bytes[..decoded.map_err(|_| Refused::Malformed)?];
    let mut keys = keys.into_iter().take(MAX_KEYS);
    let key = keys.position(|key| key.verifies(signed, mac)).ok_or(Refused::Forged)?;
    parts(signed, key)
}

fn parts(signed: &str, key: usize) -> Result<Verified<'_>, Refused> {
    let (payload, time) = signed.rsplit_once('.').ok_or(Refused::Malformed)?;
    Ok(Verified { payload, issued: seconds(time)?, key })
}

/// The parts of a value whose signature is not verified.
#[cfg(feature = "cli")]
pub(super) fn unverified(value: &str) -> Result<Verified<'_>, Refused> {
    let (signed, _) = value.rsplit_once('.').ok_or(Refused::Malformed)?;
    parts(signed, 0)
}

impl Verified<'_> {
    /// The payload's JSON text.
    pub(crate) fn payload(&self) -> Result<String, Refused> {
        let json = match self.payload.strip_prefix('.') {
            Some(deflated) => inflate(&decode(deflated)?)?,
            None => decode(self.payload)?,
        };
        String::from_utf8(json).map_err(|_| Refused::Payload)
    }
}

fn derive<M: KeyInit + Mac>(secret: &[u8], salt: &[u8]) -> M {
    let keyed = |key: &[u8]| -> M {
        <M as KeyInit>::new_from_slice(key)
            .unwrap_or_else(|_| unreachable!("HMAC takes keys of any length"))
    };
    let mut mac = keyed(secret);
    mac.update(salt);
    let mut derived = mac.finalize().into_bytes();
    let mac = keyed(&derived);
    derived.as_mut_slice().zeroize();
    mac
}

fn sign<M: Mac + Clone>(key: &M, signed: &str) -> String {
    let mac = key.clone().chain_update(signed).finalize().into_bytes();
    URL_SAFE_NO_PAD.encode(mac)
}

/// Compares in constant time. A MAC of another length is not valid.
fn verify_mac<M: Mac + Clone>(key: &M, signed: &str, mac: &[u8]) -> bool {
    key.clone().chain_update(signed).verify_slice(mac).is_ok()
}

/// Reads a time as Flask does, with or without leading zeros.
fn seconds(time: &str) -> Result<u64, Refused> {
    let mut bytes = [0; TIME_BYTES + 1];
    let decoded = URL_SAFE_NO_PAD.decode_slice(time, &mut bytes);
    match decoded.map_err(|_| Refused::Malformed)? {
        len @ ..=TIME_BYTES => {
            Ok(bytes[..len].iter().fold(0, |time, byte| time << 8 | u64::from(*byte)))
        }
        _ => Err(Refused::Malformed),
    }
}
