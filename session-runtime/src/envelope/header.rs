//! What the envelope says about a session, beside its fields.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::Refused;

/// The layout of this version: version, flags, key id (4 bytes), time of
/// creation (5), time of issue (5), and the session's own lifetime (4) if it
/// has one. Numbers are big-endian, times in seconds since 1970.
const VERSION: u8 = 1;
const SHORT: usize = 16;
const LONG: usize = 20;
/// The longest header in base64 without padding.
const CHARS: usize = 27;

const OWN_LIFETIME: u8 = 1;

/// Five bytes of seconds last until the year 36,812.
const MAX_TIME: u64 = (1 << 40) - 1;

/// When a session began and was last issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    pub(crate) created: u64,
    pub(crate) issued: u64,
    /// The session's own lifetime, in whole seconds.
    pub(crate) lifetime: Option<Duration>,
}

pub(crate) type KeyId = [u8; 4];

/// A header as it stands in the value.
pub(crate) struct HeaderText([u8; CHARS], usize);

impl HeaderText {
    pub(crate) fn new(stamp: &Stamp, key: KeyId) -> HeaderText {
        let (bytes, len) = encode(stamp, key);
        let mut text = [0; CHARS];
        let chars = URL_SAFE_NO_PAD.encode_slice(&bytes[..len], &mut text);
        let chars = chars.unwrap_or_else(|_| unreachable!("20 bytes are 27 characters"));
        HeaderText(text, chars)
    }

    pub(crate) fn as_str(&self) -> &str {
        let text = std::str::from_utf8(&self.0[..self.1]);
        text.unwrap_or_else(|_| unreachable!("base64 is ASCII"))
    }
}

/// A header from its text.
pub(crate) fn read(text: &str) -> Result<(Stamp, KeyId), Refused> {
    if text.len() > CHARS {
        return Err(Refused::Header);
    }
    let mut bytes = [0; CHARS];
    let decoded = URL_SAFE_NO_PAD.decode_slice(text, &mut bytes);
    let len = decoded.map_err(|_| Refused::Malformed)?;
    decode(&bytes[..len]).ok_or(Refused::Header)
}

/// A header's bytes and how many of them there are.
fn encode(stamp: &Stamp, key: KeyId) -> ([u8; LONG], usize) {
    let mut bytes = [0; LONG];
    bytes[0] = VERSION;
    bytes[2..6].copy_from_slice(&key);
    bytes[6..11].copy_from_slice(&stamp.created.min(MAX_TIME).to_be_bytes()[3..]);
    bytes[11..16].copy_from_slice(&stamp.issued.min(MAX_TIME).to_be_bytes()[3..]);
    let Some(lifetime) = stamp.lifetime else { return (bytes, SHORT) };
    bytes[1] = OWN_LIFETIME;
    let seconds = u32::try_from(lifetime.as_secs()).unwrap_or(u32::MAX);
    bytes[16..].copy_from_slice(&seconds.to_be_bytes());
    (bytes, LONG)
}

/// `None` for another version, or anything else that `encode` does not write.
fn decode(bytes: &[u8]) -> Option<(Stamp, KeyId)> {
    let time = |bytes: &[u8]| bytes.iter().fold(0, |time, byte| time << 8 | u64::from(*byte));
    let lifetime = match bytes {
        [VERSION, 0, ..] if bytes.len() == SHORT => None,
        [VERSION, OWN_LIFETIME, ..] if bytes.len() == LONG => {
            Some(Duration::from_secs(time(&bytes[16..])))
        }
        _ => return None,
    };
    let stamp = Stamp { created: time(&bytes[6..11]), issued: time(&bytes[11..16]), lifetime };
    Some((stamp, bytes[2..6].try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        for lifetime in [None, Some(0), Some(1), Some(u64::from(u32::MAX))] {
            let lifetime = lifetime.map(Duration::from_secs);
            let stamp = Stamp { created: 1_700_000_000, issued: 1_800_000_000, lifetime };
            let (bytes, len) = encode(&stamp, *b"abcd");
            assert_eq!(decode(&bytes[..len]), Some((stamp, *b"abcd")));
        }
    }

    #[test]
    fn refuses_everything_else() {
        let stamp = Stamp { created: 1, issued: 2, lifetime: None };
        let (bytes, len) = encode(&stamp, *b"abcd");
        assert_eq!(decode(&[]), None);
        assert_eq!(decode(&bytes[..len - 1]), None);
        assert_eq!(decode(&bytes[..len + 1]), None);
        for (byte, value) in [(0, 0), (0, 2), (1, 1), (1, 2), (1, 128)] {
            let mut other = bytes;
            other[byte] = value;
            assert_eq!(decode(&other[..len]), None, "{byte} {value}");
        }
    }

    #[test]
    fn a_lifetime_beyond_its_four_bytes_is_the_longest() {
        let lifetime = Some(Duration::from_secs(1 << 40));
        let (bytes, len) = encode(&Stamp { created: 1, issued: 2, lifetime }, *b"abcd");
        let (stamp, _) = decode(&bytes[..len]).unwrap();
        assert_eq!(stamp.lifetime, Some(Duration::from_secs(u64::from(u32::MAX))));
    }
}
