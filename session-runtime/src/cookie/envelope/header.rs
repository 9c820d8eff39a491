//! The header: a session's key id, its times and its own lifetime.

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

/// The flags: the session has its own lifetime; the payload is an identifier.
const OWN_LIFETIME: u8 = 1;
const IDENTIFIER: u8 = 2;

/// The most seconds that five bytes hold, which is the year 36,812.
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

/// The content of a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) stamp: Stamp,
    pub(crate) key: KeyId,
    /// Whether the payload is the identifier of a session in a store, instead of
    /// the session.
    pub(crate) identifier: bool,
}

/// A header's text in the value, and its length.
pub(crate) struct HeaderText([u8; CHARS], usize);

impl HeaderText {
    pub(crate) fn new(header: &Header) -> HeaderText {
        let (bytes, len) = encode(header);
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

/// Reads a header from its text.
pub(crate) fn read(text: &str) -> Result<Header, Refused> {
    if text.len() > CHARS {
        return Err(Refused::Header);
    }
    let mut bytes = [0; CHARS];
    let decoded = URL_SAFE_NO_PAD.decode_slice(text, &mut bytes);
    let len = decoded.map_err(|_| Refused::Malformed)?;
    decode(&bytes[..len]).ok_or(Refused::Header)
}

/// A header's bytes, and how many are used.
fn encode(header: &Header) -> ([u8; LONG], usize) {
    let Header { stamp, key, identifier } = header;
    let mut bytes = [0; LONG];
    bytes[0] = VERSION;
    bytes[1] = if *identifier { IDENTIFIER } else { 0 };
    bytes[2..6].copy_from_slice(key);
    bytes[6..11].copy_from_slice(&stamp.created.min(MAX_TIME).to_be_bytes()[3..]);
    bytes[11..16].copy_from_slice(&stamp.issued.min(MAX_TIME).to_be_bytes()[3..]);
    let Some(lifetime) = stamp.lifetime else { return (bytes, SHORT) };
    bytes[1] |= OWN_LIFETIME;
    let seconds = u32::try_from(lifetime.as_secs()).unwrap_or(u32::MAX);
    bytes[16..].copy_from_slice(&seconds.to_be_bytes());
    (bytes, LONG)
}

/// `None` for another version, or anything else that `encode` never writes.
fn decode(bytes: &[u8]) -> Option<Header> {
    let time = |bytes: &[u8]| bytes.iter().fold(0, |time, byte| time << 8 | u64::from(*byte));
    let &[VERSION, flags, ..] = bytes else { return None };
    let lifetime = match flags & !IDENTIFIER {
        0 if bytes.len() == SHORT => None,
        OWN_LIFETIME if bytes.len() == LONG => Some(Duration::from_secs(time(&bytes[16..]))),
        _ => return None,
    };
    let stamp = Stamp { created: time(&bytes[6..11]), issued: time(&bytes[11..16]), lifetime };
    let key = bytes[2..6].try_into().ok()?;
    Some(Header { stamp, key, identifier: flags & IDENTIFIER != 0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(created: u64, issued: u64, lifetime: Option<u64>, identifier: bool) -> Header {
        let lifetime = lifetime.map(Duration::from_secs);
        Header { stamp: Stamp { created, issued, lifetime }, key: *b"abcd", identifier }
    }

    #[test]
    fn reads_what_it_writes() {
        for lifetime in [None, Some(0), Some(1), Some(u64::from(u32::MAX))] {
            for identifier in [false, true] {
                let header = header(1_700_000_000, 1_800_000_000, lifetime, identifier);
                let (bytes, len) = encode(&header);
                assert_eq!(decode(&bytes[..len]), Some(header));
            }
        }
    }

    #[test]
    fn refuses_everything_else() {
        let (bytes, len) = encode(&header(1, 2, None, false));
        assert_eq!(decode(&[]), None);
        assert_eq!(decode(&[VERSION]), None);
        assert_eq!(decode(&bytes[..len - 1]), None);
        assert_eq!(decode(&bytes[..len + 1]), None);
        for (byte, value) in [(0, 0), (0, 2), (1, 1), (1, 3), (1, 4), (1, 128)] {
            let mut other = bytes;
            other[byte] = value;
            assert_eq!(decode(&other[..len]), None, "{byte} {value}");
        }
    }

    #[test]
    fn a_lifetime_beyond_its_four_bytes_is_the_longest() {
        let (bytes, len) = encode(&header(1, 2, Some(1 << 40), false));
        let stamp = decode(&bytes[..len]).unwrap().stamp;
        assert_eq!(stamp.lifetime, Some(Duration::from_secs(u64::from(u32::MAX))));
    }
}
