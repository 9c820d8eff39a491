//! The secret in the cookie that says which session of the store it is.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::Key;

const BYTES: usize = 32;

/// 256 random bits. (OWASP asks for 64 bits of entropy or more.) Anybody who has them
/// has the session, so they are in the cookie and nowhere else: a store sees their
/// [`Key`], and there is no `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Identifier([u8; BYTES]);

impl Identifier {
    /// A new identifier.
    pub(crate) fn random() -> Result<Identifier, getrandom::Error> {
        let mut bytes = [0; BYTES];
        getrandom::fill(&mut bytes)?;
        Ok(Identifier(bytes))
    }

    /// A new identifier whose key begins with the same byte as this one, for a store
    /// that keeps keys together by their first byte. It takes about 256 tries. An
    /// attacker who knows the old identifier still has 248 bits to guess.
    pub(crate) fn random_beside(key: &Key) -> Result<Identifier, getrandom::Error> {
        let Identifier(mut bytes) = Identifier::random()?;
        while Key::of(&bytes).as_bytes()[0] != key.as_bytes()[0] {
            // Count up, instead of asking the operating system 256 times.
            for byte in &mut bytes {
                *byte = byte.wrapping_add(1);
                if *byte != 0 {
                    break;
                }
            }
        }
        Ok(Identifier(bytes))
    }

    /// Reads an identifier from the payload of a cookie.
    pub(crate) fn parse(payload: &str) -> Option<Identifier> {
        // The decoder wants room for a byte more than 43 characters are.
        let mut bytes = [0; BYTES + 1];
        let len = URL_SAFE_NO_PAD.decode_slice(payload, &mut bytes).ok()?;
        bytes[..len].try_into().ok().map(Identifier)
    }

    /// The payload of the cookie.
    pub(crate) fn payload(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// The key that the store keeps the session under.
    pub(crate) fn key(&self) -> Key {
        Key::of(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes_and_nothing_else() {
        let identifier = Identifier::random().unwrap();
        let payload = identifier.payload();
        assert!(Identifier::parse(&payload) == Some(identifier));
        for odd in [
            "",
            "{}",
            "../",
            "*",
            "\0",
            &payload[1..],
            &format!("{payload}A"),
            &format!("{payload}="),
        ] {
            assert!(Identifier::parse(odd).is_none(), "{odd}");
        }
    }

    #[test]
    fn no_two_are_the_same() {
        let mut keys: Vec<_> = (0..1000).map(|_| Identifier::random().unwrap().key()).collect();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), 1000);
    }

    #[test]
    fn one_can_be_found_beside_another() {
        for _ in 0..20 {
            let key = Identifier::random().unwrap().key();
            let beside = Identifier::random_beside(&key).unwrap().key();
            assert_eq!(beside.as_bytes()[0], key.as_bytes()[0]);
            assert_ne!(beside, key);
        }
    }
}
