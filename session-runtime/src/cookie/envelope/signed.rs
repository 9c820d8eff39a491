//! Signed: readable by its owner, changeable by nobody.
//!
//! ```text
//! value   := base64url(payload) "." base64url(header) "." base64url(mac)
//! mac     := HMAC-SHA256(key, field(label) field(name) field(header) field(payload))
//! field x := length of x as 4 bytes, big-endian, then x
//! ```
//!
//! The MAC (RFC 2104, not truncated) is over the header and the payload as
//! they stand in the cookie, base64 and all, and over the cookie's name, so
//! that a value made for one cookie is worth nothing in another. It is compared
//! in constant time, and before the payload is decoded.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::Mac;

use super::{Refused, length};
use crate::cookie::keys::{HmacSha256, MasterKey};

/// Part of what is signed: nothing else is ever signed under this label.
const LABEL: &str = "session-runtime signed cookie v1";
const PURPOSE: &str = "session-runtime v1 signed cookie: mac key";

const MAC_BYTES: usize = 32;
/// 32 bytes in base64 without padding.
const MAC_CHARS: usize = 43;

/// The state of the MAC after everything that is the same for every cookie.
pub(super) struct Key(HmacSha256);

impl Key {
    pub(super) fn new(key: &MasterKey, name: &str) -> Key {
        let mut mac = key.mac(PURPOSE);
        update(&mut mac, LABEL);
        update(&mut mac, name);
        Key(mac)
    }

    /// Whether the signature fits.
    pub(super) fn verify(&self, payload: &str, header: &str, mac: &str) -> Result<(), Refused> {
        let mut bytes = [0; MAC_BYTES + 1];
        // The length first: a MAC of no bytes is not one.
        let decoded = match mac.len() {
            MAC_CHARS => URL_SAFE_NO_PAD.decode_slice(mac, &mut bytes),
            _ => return Err(Refused::Malformed),
        };
        let len = decoded.map_err(|_| Refused::Malformed)?;
        let verified = self.mac(payload, header).verify_slice(&bytes[..len]);
        verified.map_err(|_| Refused::Forged)
    }

    /// Appends the signed value to `out`.
    pub(super) fn seal(&self, payload: &str, header: &str, out: &mut String) {
        let start = out.len();
        URL_SAFE_NO_PAD.encode_string(payload, out);
        let mac = self.mac(&out[start..], header).finalize().into_bytes();
        out.extend([".", header, "."]);
        URL_SAFE_NO_PAD.encode_string(mac, out);
    }

    fn mac(&self, payload: &str, header: &str) -> HmacSha256 {
        let mut mac = self.0.clone();
        update(&mut mac, header);
        update(&mut mac, payload);
        mac
    }
}

/// Absorbs one field, led by its length.
fn update(mac: &mut HmacSha256, field: &str) {
    mac.update(&length(field));
    mac.update(field.as_bytes());
}
