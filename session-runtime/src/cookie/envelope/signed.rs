//! The signed format: the visitor can read the session, but not change it.
//!
//! ```text
//! value   := base64url(payload) "." base64url(header) "." base64url(mac)
//! mac     := HMAC-SHA256(key, base64url(payload) "." base64url(header))
//! key     := HKDF-SHA256(secret, info = "session-runtime v1 signed cookie" 0x00 name)
//! ```
//!
//! The MAC (RFC 2104, not truncated) covers payload and header in their base64
//! form. The key is derived for this format and for the cookie's name, so that a
//! value made for one cookie is not valid in another. (Signing format and name
//! with the value would cost another block of SHA-256 for every cookie.) The MAC
//! is compared in constant time, before the payload is decoded.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::Mac;

use super::Refused;
use crate::cookie::keys::{HmacSha256, MasterKey};

/// Keys for this purpose sign nothing else.
const PURPOSE: &str = "session-runtime v1 signed cookie";

const MAC_BYTES: usize = 32;
/// 32 bytes in base64 without padding.
const MAC_CHARS: usize = 43;

/// The MAC's state after absorbing the key.
pub(super) struct Key(HmacSha256);

impl Key {
    pub(super) fn new(key: &MasterKey, name: &str) -> Key {
        Key(key.mac(&format!("{PURPOSE}\0{name}")))
    }

    /// Verifies the MAC of `signed`, the payload and the header.
    pub(super) fn verify(&self, signed: &str, mac: &str) -> Result<(), Refused> {
        let mut bytes = [0; MAC_BYTES + 1];
        // Check the length first, so that no shorter MAC is ever compared.
        let decoded = match mac.len() {
            MAC_CHARS => URL_SAFE_NO_PAD.decode_slice(mac, &mut bytes),
            _ => return Err(Refused::Malformed),
        };
        let len = decoded.map_err(|_| Refused::Malformed)?;
        let verified = self.mac(signed).verify_slice(&bytes[..len]);
        verified.map_err(|_| Refused::Forged)
    }

    /// Appends the signed value to `out`.
    pub(super) fn seal(&self, payload: &str, header: &str, out: &mut String) {
        let start = out.len();
        URL_SAFE_NO_PAD.encode_string(payload, out);
        out.extend([".", header]);
        let mac = self.mac(&out[start..]).finalize().into_bytes();
        out.push('.');
        URL_SAFE_NO_PAD.encode_string(mac, out);
    }

    fn mac(&self, signed: &str) -> HmacSha256 {
        self.0.clone().chain_update(signed)
    }
}
