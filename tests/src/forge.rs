//! A second implementation of the cookie's format, written from its description.
//! With it, tests can sign values that the library never writes, and check the
//! library's signatures independently.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Signs cookie values. Every input of the signature can be changed.
#[derive(Clone)]
pub struct Forge {
    /// The master secret.
    pub key: Vec<u8>,
    /// The cookie's name.
    pub name: String,
    /// The purpose of the signing key: the start of HKDF's `info`.
    pub purpose: String,
    /// The purpose of the key id.
    pub id_purpose: String,
}

/// The header's fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The format's version.
    pub version: u8,
    /// 1 if the session has its own lifetime.
    pub flags: u8,
    /// The key's id.
    pub key_id: [u8; 4],
    /// When the session began, in seconds since 1970.
    pub created: u64,
    /// When it was last issued.
    pub issued: u64,
    /// Its own lifetime, in seconds.
    pub lifetime: Option<u32>,
}

impl Forge {
    /// A forge for the cookie `name` with a key in base64.
    ///
    /// # Panics
    ///
    /// If the key is not base64.
    #[must_use]
    pub fn new(key: &str, name: &str) -> Forge {
        Forge {
            key: STANDARD.decode(key).expect("a key in base64"),
            name: name.into(),
            purpose: "session-runtime v1 signed cookie".into(),
            id_purpose: "session-runtime v1: key id".into(),
        }
    }

    fn derive<const N: usize>(&self, purpose: &str) -> [u8; N] {
        let mut derived = [0; N];
        let hkdf = Hkdf::<Sha256>::new(None, &self.key);
        hkdf.expand(purpose.as_bytes(), &mut derived).expect("a short output");
        derived
    }

    /// The key's id.
    #[must_use]
    pub fn key_id(&self) -> [u8; 4] {
        self.derive(&self.id_purpose)
    }

    /// A header with this key for a session that began and was issued at these times.
    #[must_use]
    pub fn stamp(&self, created: u64, issued: u64) -> Stamp {
        let key_id = self.key_id();
        Stamp { version: 1, flags: 0, key_id, created, issued, lifetime: None }
    }

    /// The value of a session that began and was issued at `time`.
    #[must_use]
    pub fn sign(&self, payload: impl AsRef<[u8]>, time: u64) -> String {
        self.seal(payload, &self.stamp(time, time).encode())
    }

    /// The value with any payload and any header.
    #[must_use]
    pub fn seal(&self, payload: impl AsRef<[u8]>, header: &[u8]) -> String {
        let payload = URL_SAFE_NO_PAD.encode(payload);
        let header = URL_SAFE_NO_PAD.encode(header);
        let mac = URL_SAFE_NO_PAD.encode(self.mac(&payload, &header));
        format!("{payload}.{header}.{mac}")
    }

    /// The MAC of the first two parts, in their base64 form.
    ///
    /// # Panics
    ///
    /// Never: HMAC takes keys of any length.
    #[must_use]
    pub fn mac(&self, payload: &str, header: &str) -> [u8; 32] {
        let key: [u8; 64] = self.derive(&format!("{}\0{}", self.purpose, self.name));
        let mac = Hmac::<Sha256>::new_from_slice(&key).expect("a key of any length");
        mac.chain_update(format!("{payload}.{header}")).finalize().into_bytes().into()
    }
}

impl Stamp {
    /// The same header with this lifetime of the session.
    #[must_use]
    pub fn lifetime(self, seconds: u32) -> Stamp {
        Stamp { flags: 1, lifetime: Some(seconds), ..self }
    }

    /// The header's bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = vec![self.version, self.flags];
        bytes.extend(self.key_id);
        bytes.extend(&self.created.to_be_bytes()[3..]);
        bytes.extend(&self.issued.to_be_bytes()[3..]);
        bytes.extend(self.lifetime.iter().flat_map(|seconds| seconds.to_be_bytes()));
        bytes
    }

    /// The header of a cookie's value.
    ///
    /// # Panics
    ///
    /// If it is not one.
    #[must_use]
    pub fn of(value: &str) -> Stamp {
        let part = value.split('.').nth(1).expect("three parts");
        let bytes = URL_SAFE_NO_PAD.decode(part).expect("canonical base64");
        let number = |bytes: &[u8]| bytes.iter().fold(0, |n, byte| n << 8 | u64::from(*byte));
        let lifetime = match bytes.len() {
            16 => None,
            20 => Some(u32::try_from(number(&bytes[16..])).expect("four bytes")),
            len => panic!("a header of {len} bytes"),
        };
        Stamp {
            version: bytes[0],
            flags: bytes[1],
            key_id: bytes[2..6].try_into().expect("four bytes"),
            created: number(&bytes[6..11]),
            issued: number(&bytes[11..16]),
            lifetime,
        }
    }
}

/// The payload of a cookie's value.
///
/// # Panics
///
/// If it is not UTF-8 in canonical base64.
#[must_use]
pub fn payload(value: &str) -> String {
    let part = value.split('.').next().unwrap_or_default();
    String::from_utf8(URL_SAFE_NO_PAD.decode(part).expect("canonical base64")).expect("UTF-8")
}
