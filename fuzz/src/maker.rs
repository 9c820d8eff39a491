//! The cookie's format, from its description. Every input of the cryptography
//! is open to be changed.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use session_runtime::fuzzing::Times;
use sha2::Sha256;

/// What is derived from the master key, and under which words.
#[derive(Clone, Debug)]
pub struct Words {
    /// The purpose of the key id.
    pub id_purpose: &'static str,
    /// The purpose of the signing key, which the cookie's name follows.
    pub mac_purpose: &'static str,
    /// The purpose of the encryption key, which the cookie's name follows.
    pub box_purpose: &'static str,
}

impl Words {
    /// The library's own.
    pub const OWN: Words = Words {
        id_purpose: "session-runtime v1: key id",
        mac_purpose: "session-runtime v1 signed cookie",
        box_purpose: "session-runtime v1 encrypted cookie",
    };
}

/// Makes values under one key.
pub struct Maker {
    /// The key's name in a header.
    pub id: [u8; 4],
    mac: Hmac<Sha256>,
    cipher: XChaCha20Poly1305,
}

impl Maker {
    /// For a cookie of this name, as the library does it.
    #[must_use]
    pub fn new(key: &[u8], name: &str) -> Maker {
        Maker::with(key, name, Words::OWN)
    }

    /// Under other words.
    #[must_use]
    pub fn with(key: &[u8], name: &str, words: Words) -> Maker {
        let purpose = |purpose: &str| format!("{purpose}\0{name}");
        let mac = Hmac::new((&derive::<64>(key, &purpose(words.mac_purpose))).into());
        let key_of_box = derive::<32>(key, &purpose(words.box_purpose));
        let cipher = XChaCha20Poly1305::new((&key_of_box).into());
        Maker { id: derive(key, words.id_purpose), mac, cipher }
    }

    /// A signed value.
    #[must_use]
    pub fn sign(&self, payload: &[u8], header: &[u8]) -> String {
        let (payload, header) = (encode(payload), encode(header));
        let mac = encode(&self.mac(&payload, &header));
        format!("{payload}.{header}.{mac}")
    }

    /// The MAC over a payload and a header as they stand in the cookie.
    #[must_use]
    pub fn mac(&self, payload: &str, header: &str) -> [u8; 32] {
        self.mac_of(format!("{payload}.{header}").as_bytes())
    }

    /// The MAC over any bytes.
    #[must_use]
    pub fn mac_of(&self, bytes: &[u8]) -> [u8; 32] {
        self.mac.clone().chain_update(bytes).finalize().into_bytes().into()
    }

    /// An encrypted value.
    ///
    /// # Panics
    ///
    /// Never with less than 256 GiB.
    #[must_use]
    pub fn encrypt(&self, nonce: [u8; 24], payload: &[u8], header: &[u8]) -> String {
        let header = encode(header);
        let message = Payload { msg: payload, aad: header.as_bytes() };
        let ciphertext = self.cipher.encrypt(&XNonce::from(nonce), message).expect("it is small");
        format!("{}.{header}", encode(&[&nonce[..], &ciphertext].concat()))
    }
}

/// The bytes of a header.
#[must_use]
pub fn header(id: [u8; 4], times: Times) -> Vec<u8> {
    let Times { created, issued, lifetime } = times;
    let mut bytes = vec![1, u8::from(lifetime.is_some())];
    bytes.extend(id);
    bytes.extend(&created.to_be_bytes()[3..]);
    bytes.extend(&issued.to_be_bytes()[3..]);
    bytes.extend(lifetime.iter().flat_map(|time| time.to_be_bytes()[4..].to_vec()));
    bytes
}

/// Base64url without padding.
#[must_use]
pub fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The bytes of a part; none if it is not base64.
#[must_use]
pub fn decode(part: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(part).unwrap_or_default()
}

fn derive<const N: usize>(key: &[u8], purpose: &str) -> [u8; N] {
    let mut derived = [0; N];
    let expanded = Hkdf::<Sha256>::new(None, key).expand(purpose.as_bytes(), &mut derived);
    expanded.expect("it is short");
    derived
}
