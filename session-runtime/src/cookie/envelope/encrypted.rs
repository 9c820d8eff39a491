//! The encrypted format: not even the visitor can read the session.
//!
//! ```text
//! value   := base64url(nonce ciphertext tag) "." base64url(header)
//! (ciphertext, tag) := XChaCha20-Poly1305(key, nonce, payload, base64url(header))
//! key := HKDF-SHA256(secret, info = "session-runtime v1 encrypted cookie" 0x00 name)
//! ```
//!
//! The nonce is 24 random bytes, enough to draw a random one for every cookie
//! without ever repeating one (draft-irtf-cfrg-xchacha, 3.1). The key is derived
//! for this format and for the cookie's name. The session's length is visible.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};

use super::{Refused, decode};
use crate::cookie::keys::MasterKey;

const PURPOSE: &str = "session-runtime v1 encrypted cookie";

const NONCE_BYTES: usize = 24;

pub(super) struct Key(XChaCha20Poly1305);

impl Key {
    pub(super) fn new(key: &MasterKey, name: &str) -> Key {
        let key = key.derive::<32>(&format!("{PURPOSE}\0{name}"));
        Key(XChaCha20Poly1305::new((&*key).into()))
    }

    /// The payload, if it was encrypted with this key for this cookie.
    pub(super) fn open(&self, sealed: &str, header: &str) -> Result<Vec<u8>, Refused> {
        let sealed = decode(sealed)?;
        let (nonce, ciphertext) = sealed.split_at_checked(NONCE_BYTES).ok_or(Refused::Malformed)?;
        let nonce = XNonce::try_from(nonce).map_err(|_| Refused::Malformed)?;
        let message = Payload { msg: ciphertext, aad: header.as_bytes() };
        self.0.decrypt(&nonce, message).map_err(|_| Refused::Forged)
    }

    /// Appends the encrypted value to `out`.
    pub(super) fn seal(
        &self,
        payload: &str,
        header: &str,
        out: &mut String,
    ) -> Result<(), getrandom::Error> {
        let mut nonce = XNonce::default();
        getrandom::fill(&mut nonce)?;
        let message = Payload { msg: payload.as_bytes(), aad: header.as_bytes() };
        let ciphertext = self.0.encrypt(&nonce, message);
        let ciphertext = ciphertext.unwrap_or_else(|_| unreachable!("a payload is below 256 GiB"));
        let sealed = [nonce.as_slice(), &ciphertext].concat();
        URL_SAFE_NO_PAD.encode_string(sealed, out);
        out.extend([".", header]);
        Ok(())
    }
}
