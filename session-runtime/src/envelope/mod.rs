//! The signed cookie value: readable by its owner, changeable by nobody.
//!
//! ```text
//! value   := base64url(payload) "." base64url(header) "." base64url(mac)
//! mac     := HMAC-SHA256(key, field(label) field(name) field(header) field(payload))
//! field x := length of x as 4 bytes, big-endian, then x
//! ```
//!
//! The MAC is over the header and the payload as they stand in the cookie,
//! base64 and all, and over the cookie's name, so that a value signed for one
//! cookie is worth nothing in another. It is compared before the payload is
//! decoded. The only module that touches keys.

mod header;
mod key;
mod published;

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::Mac;

use self::header::KeyId;
pub(crate) use self::header::Stamp;
use self::key::HmacSha256;
pub(crate) use self::key::{MasterKey, Weakness};

/// Part of what is signed: nothing else is ever signed under this label.
const LABEL: &str = "session-runtime signed cookie v1";
/// What the keys are derived for (the `info` of HKDF).
const MAC_PURPOSE: &str = "session-runtime v1 signed cookie: mac key";
const KEY_ID_PURPOSE: &str = "session-runtime v1: key id";

/// Clocks of several servers differ. A session may come from so many seconds
/// in the future.
const SKEW: u64 = 60;

const MAC_BYTES: usize = 32;
/// 32 bytes in base64 without padding.
const MAC_CHARS: usize = 43;

/// Why a cookie was not accepted. A visitor who sent one has a new, empty
/// session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Refused {
    /// Longer than a session cookie can be.
    TooLong,
    /// Not three parts of canonical base64.
    Malformed,
    /// A header of another version, or none at all.
    Header,
    /// Signed with a key that this application does not have.
    UnknownKey,
    /// The signature is not over this value, this name, this key.
    Forged,
    /// Issued more than a minute in the future.
    Future,
    /// Its lifetime, or the absolute limit, is over.
    Expired,
    /// Signed, but not a session: not an object, too deep, a field twice.
    Payload,
}

impl Refused {
    /// All reasons.
    pub const ALL: [Refused; 8] = [
        Refused::TooLong,
        Refused::Malformed,
        Refused::Header,
        Refused::UnknownKey,
        Refused::Forged,
        Refused::Future,
        Refused::Expired,
        Refused::Payload,
    ];
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Refused::TooLong => "it is longer than a session cookie can be",
            Refused::Malformed => "it is not three parts of canonical base64",
            Refused::Header => "its header is not of this version",
            Refused::UnknownKey => "it was signed with a key that is not configured",
            Refused::Forged => "its signature does not fit",
            Refused::Future => "it was issued in the future",
            Refused::Expired => "its lifetime is over",
            Refused::Payload => "its payload is not a session",
        })
    }
}

/// A value that was signed here. How old it is is not looked at yet.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) payload: String,
    pub(crate) stamp: Stamp,
    /// Whether the first key signed it.
    pub(crate) first_key: bool,
}

/// Signs and verifies the values of one cookie.
pub(crate) struct Envelope {
    /// The first signs.
    keys: Vec<PreparedKey>,
}

struct PreparedKey {
    id: KeyId,
    /// The state after everything that is the same for every cookie.
    mac: HmacSha256,
}

impl Envelope {
    /// # Panics
    ///
    /// If there is no key: a mistake of the caller.
    pub(crate) fn new(name: &str, keys: &[MasterKey]) -> Envelope {
        assert!(!keys.is_empty(), "an envelope has at least one key");
        let prepare = |key: &MasterKey| {
            let mut mac = key.mac(MAC_PURPOSE);
            update(&mut mac, LABEL.as_bytes());
            update(&mut mac, name.as_bytes());
            PreparedKey { id: *key.derive(KEY_ID_PURPOSE), mac }
        };
        Envelope { keys: keys.iter().map(prepare).collect() }
    }

    /// Whether two keys have one id: the same key twice, for all practical
    /// purposes.
    pub(crate) fn has_duplicate_keys(&self) -> bool {
        let ids = self.keys.iter().enumerate();
        ids.into_iter().any(|(n, key)| self.keys[..n].iter().any(|other| other.id == key.id))
    }

    /// The payload and the header of a value, if its signature fits.
    pub(crate) fn open(&self, value: &str) -> Result<Opened, Refused> {
        let mut parts = value.split('.');
        let (Some(payload), Some(header), Some(mac), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(Refused::Malformed);
        };
        let (stamp, id) = decode_header(header)?;
        let known = self.keys.iter().position(|key| key.id == id).ok_or(Refused::UnknownKey)?;
        self.keys[known].verify(header, payload, mac)?;
        let payload = URL_SAFE_NO_PAD.decode(payload).map_err(|_| Refused::Malformed)?;
        let payload = String::from_utf8(payload).map_err(|_| Refused::Payload)?;
        Ok(Opened { payload, stamp, first_key: known == 0 })
    }

    /// Appends the signed value to `out`.
    pub(crate) fn seal(&self, payload: &str, stamp: &Stamp, out: &mut String) {
        let key = &self.keys[0];
        let start = out.len();
        URL_SAFE_NO_PAD.encode_string(payload, out);
        let dot = out.len();
        out.push('.');
        let (header, len) = header::encode(stamp, key.id);
        URL_SAFE_NO_PAD.encode_string(&header[..len], out);
        let mac = key.mac(&out[dot + 1..], &out[start..dot]).finalize().into_bytes();
        out.push('.');
        URL_SAFE_NO_PAD.encode_string(mac, out);
    }
}

impl PreparedKey {
    fn mac(&self, header: &str, payload: &str) -> HmacSha256 {
        let mut mac = self.mac.clone();
        update(&mut mac, header.as_bytes());
        update(&mut mac, payload.as_bytes());
        mac
    }

    fn verify(&self, header: &str, payload: &str, mac: &str) -> Result<(), Refused> {
        let mut bytes = [0; MAC_BYTES + 1];
        // The length first: a MAC of no bytes is not one.
        let decoded = match mac.len() {
            MAC_CHARS => URL_SAFE_NO_PAD.decode_slice(mac, &mut bytes),
            _ => return Err(Refused::Malformed),
        };
        let len = decoded.map_err(|_| Refused::Malformed)?;
        // In constant time.
        let verified = self.mac(header, payload).verify_slice(&bytes[..len]);
        verified.map_err(|_| Refused::Forged)
    }
}

fn decode_header(text: &str) -> Result<(Stamp, KeyId), Refused> {
    let mut bytes = [0; header::MAX + 4];
    let decoded = URL_SAFE_NO_PAD.decode_slice(text, &mut bytes);
    let len = decoded.map_err(|_| Refused::Malformed)?;
    header::decode(&bytes[..len]).ok_or(Refused::Header)
}

/// Absorbs one field, led by its length.
fn update(mac: &mut HmacSha256, field: &[u8]) {
    // No field comes near 4 GiB: a header line has a bound far below.
    let len = u32::try_from(field.len()).unwrap_or(u32::MAX);
    mac.update(&len.to_be_bytes());
    mac.update(field);
}

/// Whether a session of this age is still one.
pub(crate) fn check_age(stamp: &Stamp, expires: u64, now: u64) -> Result<(), Refused> {
    if stamp.issued.max(stamp.created) > now.saturating_add(SKEW) {
        return Err(Refused::Future);
    }
    // Valid at exactly the lifetime, as in Flask, and over one second later.
    if now > expires { Err(Refused::Expired) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAMP: Stamp = Stamp { created: 1_700_000_000, issued: 1_700_000_100, lifetime: None };

    fn key(n: u8) -> MasterKey {
        MasterKey::from_bytes((0..32).map(|byte| byte * 7 + n).collect()).0
    }

    fn sealed(envelope: &Envelope, payload: &str) -> String {
        let mut out = String::new();
        envelope.seal(payload, &STAMP, &mut out);
        out
    }

    #[test]
    fn opens_what_it_sealed() {
        let envelope = Envelope::new("session", &[key(1)]);
        for payload in ["", "{}", r#"{"name":"Zoë"}"#] {
            let opened = envelope.open(&sealed(&envelope, payload)).unwrap();
            assert_eq!(opened.payload, payload);
            assert_eq!(opened.stamp, STAMP);
            assert!(opened.first_key);
        }
    }

    #[test]
    fn every_flipped_bit_is_refused() {
        let envelope = Envelope::new("session", &[key(1)]);
        let value = sealed(&envelope, r#"{"a":1}"#);
        for at in 0..value.len() {
            for bit in 0..7 {
                let mut bytes = value.clone().into_bytes();
                bytes[at] ^= 1 << bit;
                let changed = String::from_utf8(bytes).unwrap();
                assert!(envelope.open(&changed).is_err(), "{changed}");
            }
            assert!(envelope.open(&value[..at]).is_err());
        }
    }

    #[test]
    fn a_value_is_good_for_one_name_and_one_key() {
        let envelope = Envelope::new("session", &[key(1)]);
        let value = sealed(&envelope, "{}");
        let other = Envelope::new("other", &[key(1)]);
        assert_eq!(other.open(&value).unwrap_err(), Refused::Forged);
        let other = Envelope::new("session", &[key(2)]);
        assert_eq!(other.open(&value).unwrap_err(), Refused::UnknownKey);
    }

    #[test]
    fn an_old_key_verifies_and_the_first_signs() {
        let old = Envelope::new("session", &[key(1)]);
        let both = Envelope::new("session", &[key(2), key(1)]);
        let value = sealed(&old, "{}");
        assert!(!both.open(&value).unwrap().first_key);
        assert!(both.open(&sealed(&both, "{}")).unwrap().first_key);
        assert_eq!(old.open(&sealed(&both, "{}")).unwrap_err(), Refused::UnknownKey);
        assert!(!both.has_duplicate_keys());
        assert!(Envelope::new("session", &[key(1), key(2), key(1)]).has_duplicate_keys());
    }

    #[test]
    fn a_mac_of_another_length_is_refused() {
        let envelope = Envelope::new("session", &[key(1)]);
        let value = sealed(&envelope, "{}");
        let (signed, _) = value.rsplit_once('.').unwrap();
        for mac in ["", "A", "AAAA", &"A".repeat(42), &"A".repeat(44), &"A".repeat(86)] {
            assert_eq!(envelope.open(&format!("{signed}.{mac}")).unwrap_err(), Refused::Malformed);
        }
        let zero = format!("{signed}.{}", "A".repeat(43));
        assert_eq!(envelope.open(&zero).unwrap_err(), Refused::Forged);
        assert_eq!(envelope.open(signed).unwrap_err(), Refused::Malformed);
    }

    #[test]
    fn age_has_a_last_second_and_a_tolerance() {
        let check = |now| check_age(&STAMP, 1_700_000_200, now);
        assert_eq!(check(1_700_000_200), Ok(()));
        assert_eq!(check(1_700_000_201), Err(Refused::Expired));
        assert_eq!(check(1_700_000_040), Ok(()));
        assert_eq!(check(1_700_000_039), Err(Refused::Future));
    }
}
