//! What a store keeps a session under.

use std::fmt;

use sha2::{Digest, Sha256};

/// The key that a store keeps a session under: the SHA-256 of its identifier.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key([u8; 32]);

impl Key {
    /// The key of an identifier.
    pub(crate) fn of(identifier: &[u8]) -> Key {
        Key(Sha256::digest(identifier).into())
    }

    /// Makes a key from its bytes, as a store reads it back.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Key {
        Key(bytes)
    }

    /// Its bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Reads a key from the 64 characters that [`to_hex`](Self::to_hex) writes.
    #[must_use]
    pub fn from_hex(hex: &str) -> Option<Key> {
        let mut bytes = [0; 32];
        let decoded = base16ct::lower::decode(hex, &mut bytes).ok()?;
        (decoded.len() == bytes.len()).then_some(Key(bytes))
    }

    /// Its bytes, as 64 characters of lower-case hex.
    #[must_use]
    pub fn to_hex(&self) -> String {
        base16ct::lower::encode_string(&self.0)
    }
}

/// Shows enough to tell two sessions apart, and too little to look one up.
impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({}…)", &self.to_hex()[..8])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_the_sha256_of_the_identifier() {
        // FIPS 180-2, appendix B.1.
        let hex = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(Key::of(b"abc").to_hex(), hex);
        assert_eq!(format!("{:?}", Key::of(b"abc")), "Key(ba7816bf…)");
        assert_eq!(Key::from_hex(hex), Some(Key::of(b"abc")));
        let upper = &hex.to_uppercase();
        for odd in ["", "ba", &hex[1..], &hex[2..], upper, &format!("{hex}0"), &format!("{hex}00")]
        {
            assert_eq!(Key::from_hex(odd), None, "{odd}");
        }
    }
}
