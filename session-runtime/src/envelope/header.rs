//! What the envelope says about a session, beside its fields.

use std::time::Duration;

/// The layout of this version: version, flags, key id (4 bytes), time of
/// creation (5), time of issue (5), and the session's own lifetime (4) if it
/// has one. Numbers are big-endian, times in seconds since 1970.
const VERSION: u8 = 1;
const SHORT: usize = 16;
const LONG: usize = 20;
/// The longest header there is.
pub(crate) const MAX: usize = LONG;

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

/// A header's bytes and how many of them there are.
pub(crate) fn encode(stamp: &Stamp, key: KeyId) -> ([u8; MAX], usize) {
    let mut bytes = [0; MAX];
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
pub(crate) fn decode(bytes: &[u8]) -> Option<(Stamp, KeyId)> {
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
