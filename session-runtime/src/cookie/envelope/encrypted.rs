//! Encrypted: what the session holds, its owner cannot read either.
//!
//! ```text
//! value   := base64url(nonce ciphertext tag) "." base64url(header)
//! (ciphertext, tag) := XChaCha20-Poly1305(key, nonce, payload, associated)
//! associated        := field(label) field(name) field(header)
//! field x           := length of x as 4 bytes, big-endian, then x
//! ```
//!
//! The nonce is 24 random bytes: so many that they can be drawn at random for
//! every cookie there will ever be (draft-irtf-cfrg-xchacha, 3.1). The key is
//! another one than that of signatures. How long the session is can be seen.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};

use super::{Refused, decode, length};
use crate::cookie::keys::MasterKey;

const LABEL: &str = "session-runtime encrypted cookie v1";
const PURPOSE: &str = "session-runtime v1 encrypted cookie: key";

const NONCE_BYTES: usize = 24;

pub(super) struct Key {
    cipher: XChaCha20Poly1305,
    /// The start of the associated data, the same for every cookie.
    prefix: Vec<u8>,
}

impl Key {
    pub(super) fn new(key: &MasterKey, name: &str) -> Key {
        let mut prefix = Vec::new();
        append(&mut prefix, LABEL);
        append(&mut prefix, name);
        let cipher = XChaCha20Poly1305::new((&*key.derive::<32>(PURPOSE)).into());
        Key { cipher, prefix }
    }

    /// The payload, if it was encrypted with this key for this cookie.
    pub(super) fn open(&self, sealed: &str, header: &str) -> Result<Vec<u8>, Refused> {
        let sealed = decode(sealed)?;
        let (nonce, ciphertext) = sealed.split_at_checked(NONCE_BYTES).ok_or(Refused::Malformed)?;
        let nonce = XNonce::try_from(nonce).map_err(|_| Refused::Malformed)?;
        let message = Payload { msg: ciphertext, aad: &self.associated(header) };
        self.cipher.decrypt(&nonce, message).map_err(|_| Refused::Forged)
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
        let message = Payload { msg: payload.as_bytes(), aad: &self.associated(header) };
        let ciphertext = self.cipher.encrypt(&nonce, message);
        let ciphertext = ciphertext.unwrap_or_else(|_| unreachable!("a payload is below 256 GiB"));
        let sealed = [nonce.as_slice(), &ciphertext].concat();
        URL_SAFE_NO_PAD.encode_string(sealed, out);
        out.extend([".", header]);
        Ok(())
    }

    fn associated(&self, header: &str) -> Vec<u8> {
        let mut data = self.prefix.clone();
        append(&mut data, header);
        data
    }
}

/// Appends one field, led by its length.
fn append(data: &mut Vec<u8>, field: &str) {
    data.extend(length(field));
    data.extend(field.as_bytes());
}
