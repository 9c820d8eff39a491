//! The configured secrets, and the keys derived from them.

mod pattern;
mod published;

use std::fmt;

use base64::Engine;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit};
use sha2::Sha256;
use zeroize::Zeroizing;

use self::pattern::pattern;
use self::published::is_published;

pub(crate) type HmacSha256 = Hmac<Sha256>;

/// The fewest bytes that a key may have: as many as the MAC (RFC 2104, 3).
const MIN_BYTES: usize = 32;

/// 32 random bytes have about 30 different values. Fewer than this many are a
/// pattern.
const MIN_DISTINCT: usize = 9;

/// A configured secret. Its memory is wiped when it is dropped.
#[derive(Clone)]
pub(crate) struct MasterKey {
    bytes: Zeroizing<Vec<u8>>,
    /// The key as it was written, which is what Flask uses.
    text: Zeroizing<Vec<u8>>,
    /// Whether the key is too weak for this library's own cookies.
    for_flask_only: bool,
}

/// Why a key offers no protection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weakness {
    Malformed,
    Short,
    Constant,
    Repetition,
    Progression,
    Alphabet,
    Published,
}

impl fmt::Display for Weakness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Weakness::Malformed => "it is neither 64 characters of hex nor base64",
            Weakness::Short => "it has fewer than 32 bytes",
            Weakness::Constant => "its bytes repeat: it is not random",
            Weakness::Repetition => "it repeats a short piece: it is not random",
            Weakness::Progression => "its bytes count up or down: it is not random",
            Weakness::Alphabet => {
                "it spells an alphabet, digits, or the rows of a keyboard: it is not random"
            }
            Weakness::Published => "it is printed in documentation, so anybody could sign with it",
        })
    }
}

impl MasterKey {
    /// Reads a configured key: exactly 64 characters of hex, or base64 of either
    /// alphabet, padded or not.
    ///
    /// Returns a key even if it is weak, and the text's own bytes if it is neither
    /// hex nor base64. The caller decides whether to use it.
    pub(crate) fn parse(written: &str) -> (MasterKey, Result<(), Weakness>) {
        let text = written.trim();
        let own = |bytes| MasterKey::new(bytes, written.as_bytes());
        let Some(bytes) = hex(text).or_else(|| base64(text)) else {
            let key = own(Zeroizing::new(text.as_bytes().to_vec()));
            let known = is_published(text.as_bytes());
            let weakness = if known { Weakness::Published } else { Weakness::Malformed };
            return (key, Err(weakness));
        };
        if is_published(text.as_bytes()) {
            return (own(bytes), Err(Weakness::Published));
        }
        let judgement = judge(&bytes, text.trim_end_matches('=').as_bytes());
        (own(bytes), judgement)
    }

    /// A key from bytes, which Rocket's configuration may contain.
    pub(crate) fn from_bytes(bytes: Vec<u8>) -> (MasterKey, Result<(), Weakness>) {
        let judgement = judge(&bytes, &bytes);
        let bytes = Zeroizing::new(bytes);
        (MasterKey::new(bytes.clone(), &bytes), judgement)
    }

    fn new(bytes: Zeroizing<Vec<u8>>, text: &[u8]) -> MasterKey {
        MasterKey { bytes, text: Zeroizing::new(text.to_vec()), for_flask_only: false }
    }

    /// A new key from the operating system's random numbers.
    pub(crate) fn random() -> Result<MasterKey, getrandom::Error> {
        let mut bytes = Zeroizing::new(vec![0; MIN_BYTES]);
        getrandom::fill(&mut bytes)?;
        Ok(MasterKey::new(bytes.clone(), &bytes))
    }

    /// The key as text for the configuration.
    #[cfg(feature = "cli")]
    pub(crate) fn to_base64(&self) -> Zeroizing<String> {
        Zeroizing::new(base64::engine::general_purpose::STANDARD.encode(&*self.bytes))
    }

    /// Rocket represents a key that is not configured as zero bytes.
    pub(crate) fn is_zero(&self) -> bool {
        self.bytes.iter().all(|byte| *byte == 0)
    }

    /// Whether it signs and verifies this library's own cookies.
    pub(crate) fn is_for_own(&self) -> bool {
        !self.for_flask_only
    }

    /// A key for one purpose only (HKDF-SHA256, RFC 5869).
    pub(crate) fn derive<const N: usize>(&self, purpose: &str) -> Zeroizing<[u8; N]> {
        let mut derived = Zeroizing::new([0; N]);
        let expanded =
            Hkdf::<Sha256>::new(None, &self.bytes).expand(purpose.as_bytes(), &mut *derived);
        expanded.unwrap_or_else(|_| unreachable!("HKDF-SHA256 gives up to 8160 bytes"));
        derived
    }

    /// A MAC under a key for one purpose.
    pub(crate) fn mac(&self, purpose: &str) -> HmacSha256 {
        HmacSha256::new((&*self.derive::<64>(purpose)).into())
    }
}

/// The key as Flask uses it: the unchanged text, of any length.
impl MasterKey {
    #[cfg(feature = "flask")]
    pub(crate) fn text(&self) -> &[u8] {
        &self.text
    }

    /// Whether the text is strong enough, by the same rules as other keys.
    pub(crate) fn judge_text(&self) -> Result<(), Weakness> {
        judge(&self.text, &self.text)
    }

    /// The same key, but not for this library's own cookies.
    pub(crate) fn for_flask_only(self) -> MasterKey {
        MasterKey { bytes: self.text.clone(), for_flask_only: true, ..self }
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(…)")
    }
}

/// Judges a key and its written form. A typed pattern shows in the characters, a
/// counted one in the bytes.
fn judge(bytes: &[u8], written: &[u8]) -> Result<(), Weakness> {
    let distinct = |bytes: &[u8]| {
        let mut seen = [false; 256];
        bytes.iter().for_each(|byte| seen[usize::from(*byte)] = true);
        seen.iter().filter(|seen| **seen).count()
    };
    match bytes {
        _ if is_published(bytes) => Err(Weakness::Published),
        _ if bytes.len() < MIN_BYTES => Err(Weakness::Short),
        _ if distinct(bytes) < MIN_DISTINCT => Err(Weakness::Constant),
        _ => pattern(written).or_else(|| pattern(bytes)).map_or(Ok(()), Err),
    }
}

fn hex(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let mut key = Zeroizing::new(vec![0; 32]);
    let decoded = base16ct::mixed::decode(text, &mut key).ok()?;
    if decoded.len() == 32 { Some(key) } else { None }
}

fn base64(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let lenient =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    [STANDARD, URL_SAFE].iter().find_map(|alphabet| {
        GeneralPurpose::new(alphabet, lenient).decode(text).ok().map(Zeroizing::new)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEX: &str = "8f1d0c3b5a79e2648f1d0c3b5a79e264a1b2c3d4e5f60718293a4b5c6d7e8f90";

    #[test]
    fn reads_hex_and_both_alphabets_of_base64() {
        for text in [
            HEX,
            "jx0MO1p54mSPHQw7Wnniz6Gyw9Tl9gcYKTpLXG1+j5A=",
            "jx0MO1p54mSPHQw7Wnniz6Gyw9Tl9gcYKTpLXG1-j5A",
            " jx0MO1p54mSPHQw7Wnniz6Gyw9Tl9gcYKTpLXG1+j5A=\n",
        ] {
            let (key, judgement) = MasterKey::parse(text);
            assert_eq!(judgement, Ok(()), "{text}");
            assert_eq!(key.bytes.len(), 32);
        }
    }

    #[test]
    fn hex_is_64_digits_in_either_case() {
        let upper = HEX.to_uppercase();
        let mixed = format!("{}{}", &upper[..32], &HEX[32..]);
        for text in [&upper, &mixed] {
            assert!(hex(text) == hex(HEX) && hex(HEX).is_some(), "{text}");
        }
        for odd in ["", &HEX[1..], &HEX[2..], &format!("{HEX}00"), &format!("0x{}", &HEX[2..])] {
            assert!(hex(odd).is_none(), "{odd}");
        }
        for byte in 0..=u8::MAX {
            let text = format!("{}{}", &HEX[1..], char::from(byte));
            assert_eq!(hex(&text).is_some(), byte.is_ascii_hexdigit(), "{text}");
        }
    }

    #[test]
    fn finds_every_weakness() {
        let zeros = "00".repeat(32);
        for (text, weakness) in [
            ("dev", Weakness::Published),
            ("secret", Weakness::Published),
            ("not base64 at all!", Weakness::Malformed),
            ("", Weakness::Short),
            ("c2hvcnQ=", Weakness::Short),
            (zeros.as_str(), Weakness::Constant),
            ("QUJBQkFCQUJBQkFCQUJBQkFCQUJBQkFCQUJBQkFCQUI=", Weakness::Constant),
            ("hPRYyVRiMyxpw5sBB1XeCMN1kFsDCqKvBi2QJxBVHQk=", Weakness::Published),
            ("hPRYyVRiMyxpw5sBB1XeCMN1kFsDCqKvBi2QJxBVHQk", Weakness::Published),
        ] {
            assert_eq!(MasterKey::parse(text).1, Err(weakness), "{text}");
        }
        assert!(MasterKey::parse(&zeros).0.is_zero());
    }

    #[test]
    fn derives_another_key_for_every_purpose() {
        let (key, _) = MasterKey::parse(HEX);
        assert_ne!(key.derive::<32>("a"), key.derive::<32>("b"));
        assert_eq!(key.derive::<32>("a"), key.derive::<32>("a"));
    }

    #[test]
    fn is_not_printed() {
        assert_eq!(format!("{:?}", MasterKey::parse(HEX).0), "MasterKey(…)");
    }

    #[test]
    fn random_keys_differ() {
        let (a, b) = (MasterKey::random().unwrap(), MasterKey::random().unwrap());
        assert_ne!(a.bytes, b.bytes);
        assert_eq!(judge(&a.bytes, &a.bytes), Ok(()));
    }
}
