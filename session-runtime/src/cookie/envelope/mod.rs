//! The cookie's value, which the browser stores but cannot change.
//!
//! | format | value |
//! |---|---|
//! | `signed` | `payload "." header "." mac` |
//! | `encrypted` | `box "." header` |
//! | `flask` | `payload "." time "." mac`, as Flask writes it |
//!
//! All parts are base64url without padding, and only its canonical form is
//! accepted. The payload is a JSON object. The [header](header) holds the time at
//! which the session was made and the id of its key. That key is the only one
//! tried; there is no second attempt with another key or format. Only
//! [Flask's format](flask) has no header, so there every key is tried.

#[cfg(feature = "encrypted")]
mod encrypted;
#[cfg(feature = "flask")]
pub(crate) mod flask;
mod header;
mod refused;
mod signed;
#[cfg(feature = "cli")]
mod unverified;
#[cfg(test)]
mod vectors;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

pub(crate) use self::header::Stamp;
use self::header::{Header, HeaderText, KeyId};
pub(crate) use self::refused::REASONS;
pub use self::refused::Refused;
#[cfg(feature = "cli")]
pub(crate) use self::unverified::Unverified;
#[cfg(feature = "flask")]
use crate::config::FlaskSettings;
use crate::config::Format;
use crate::cookie::keys::MasterKey;
use crate::payload::Syntax;

/// The `info` of HKDF for deriving a key's id.
const KEY_ID_PURPOSE: &str = "session-runtime v1: key id";

/// How many seconds in the future a session may have been issued, because the
/// clocks of several servers differ. Flask allows no difference, so its format
/// does not either.
const SKEW: u64 = 60;

/// A value made with one of our keys. Its age is not checked yet; the payload is
/// decoded after that.
#[cfg_attr(test, derive(Debug))]
pub(crate) struct Opened<'a> {
    payload: Payload<'a>,
    pub(crate) stamp: Stamp,
    /// Whether it was made with the first key and in the configured format.
    pub(crate) current: bool,
}

#[cfg_attr(test, derive(Debug))]
enum Payload<'a> {
    Signed(&'a str),
    #[cfg(feature = "encrypted")]
    Decrypted(Vec<u8>),
    #[cfg(feature = "flask")]
    Flask(flask::Verified<'a>),
}

impl Opened<'_> {
    /// The syntax of the payload's values.
    #[cfg(feature = "flask")]
    pub(crate) fn syntax(&self) -> Syntax {
        match self.payload {
            Payload::Flask(_) => Syntax::Flask,
            _ => Syntax::Json,
        }
    }

    /// Refuses a session that has expired, or that comes from the future.
    pub(crate) fn check_age(&self, expires: u64, now: u64) -> Result<(), Refused> {
        let tolerance = match self.payload {
            #[cfg(feature = "flask")]
            Payload::Flask(_) => 0,
            _ => SKEW,
        };
        check_age(&self.stamp, expires, now, tolerance)
    }

    /// The text of the session's fields, or its identifier.
    pub(crate) fn payload(self) -> Result<String, Refused> {
        let bytes = match self.payload {
            Payload::Signed(payload) => decode(payload)?,
            #[cfg(feature = "encrypted")]
            Payload::Decrypted(payload) => payload,
            #[cfg(feature = "flask")]
            Payload::Flask(payload) => return payload.payload(),
        };
        String::from_utf8(bytes).map_err(|_| Refused::Payload)
    }
}

/// Makes and opens the values of one cookie.
pub(crate) struct Envelope {
    /// The format to write, and further formats to read.
    format: Format,
    accept: Vec<Format>,
    /// Whether the payload is the identifier of a session in a store.
    identifiers: bool,
    /// The first one signs and encrypts.
    keys: Vec<PreparedKey>,
}

/// A key with everything that can be computed once for all cookies.
struct PreparedKey {
    id: KeyId,
    /// `None` if the key is only for Flask's cookies.
    own: Option<OwnKeys>,
    #[cfg(feature = "flask")]
    flask: Option<flask::Key>,
}

/// The keys for this library's own formats.
struct OwnKeys {
    signed: signed::Key,
    #[cfg(feature = "encrypted")]
    encrypted: encrypted::Key,
}

impl Envelope {
    /// # Panics
    ///
    /// If there is no key, which is a bug in the caller.
    pub(crate) fn new(
        name: &str,
        format: Format,
        accept: &[Format],
        keys: &[MasterKey],
    ) -> Envelope {
        assert!(!keys.is_empty(), "an envelope has at least one key");
        let prepare = |key: &MasterKey| PreparedKey {
            id: *key.derive(KEY_ID_PURPOSE),
            own: key.is_for_own().then(|| OwnKeys {
                signed: signed::Key::new(key, name),
                #[cfg(feature = "encrypted")]
                encrypted: encrypted::Key::new(key, name),
            }),
            #[cfg(feature = "flask")]
            flask: None,
        };
        let keys = keys.iter().map(prepare).collect();
        Envelope { format, accept: accept.to_vec(), identifiers: false, keys }
    }

    /// Adds Flask's form of the same keys.
    #[cfg(feature = "flask")]
    pub(crate) fn with_flask(mut self, settings: &FlaskSettings, keys: &[MasterKey]) -> Envelope {
        for (prepared, key) in self.keys.iter_mut().zip(keys) {
            let FlaskSettings { digest, salt } = settings;
            prepared.flask = Some(flask::Key::new(key.text(), *digest, salt.as_bytes()));
        }
        self
    }

    /// Makes it hold identifiers of sessions in a store. Identifiers are never
    /// accepted as sessions, nor sessions as identifiers.
    pub(crate) fn for_identifiers(self) -> Envelope {
        Envelope { identifiers: true, ..self }
    }

    /// Whether two keys have the same id, which in practice means that one key is
    /// configured twice.
    pub(crate) fn has_duplicate_keys(&self) -> bool {
        let mut ids = self.keys.iter().enumerate();
        ids.any(|(n, key)| self.keys[..n].iter().any(|other| other.id == key.id))
    }

    /// The syntax of the values in its payloads.
    pub(crate) fn syntax(&self) -> Syntax {
        match self.format {
            #[cfg(feature = "flask")]
            Format::Flask => Syntax::Flask,
            _ => Syntax::Json,
        }
    }

    fn reads(&self, format: Format) -> bool {
        format == self.format || self.accept.contains(&format)
    }

    /// Opens a value that was made with one of the keys, for this cookie, and in an
    /// accepted format.
    pub(crate) fn open<'a>(&self, value: &'a str) -> Result<Opened<'a>, Refused> {
        #[cfg(feature = "flask")]
        if self.reads(Format::Flask) && flask::is_flask(value) {
            return self.open_flask(value);
        }
        let Parts { format, body, header, signature } = Parts::of(value)?;
        if !self.reads(format) {
            return Err(Refused::Format);
        }
        let Header { stamp, key, identifier } = header::read(header)?;
        if identifier != self.identifiers {
            return Err(Refused::Format);
        }
        let mut keys = self.keys.iter().enumerate();
        let known =
            keys.find_map(|(n, known)| Some((n, known.own.as_ref()?)).filter(|_| known.id == key));
        let (known, key) = known.ok_or(Refused::UnknownKey)?;
        let payload = match signature {
            Some(Signature { signed, mac }) => {
                key.signed.verify(signed, mac)?;
                Payload::Signed(body)
            }
            #[cfg(feature = "encrypted")]
            None => Payload::Decrypted(key.encrypted.open(body, header)?),
            #[cfg(not(feature = "encrypted"))]
            None => return Err(Refused::Format),
        };
        Ok(Opened { payload, stamp, current: known == 0 && format == self.format })
    }

    /// Flask's value contains neither the key's id, nor the cookie's name, nor the
    /// time at which the session began.
    #[cfg(feature = "flask")]
    fn open_flask<'a>(&self, value: &'a str) -> Result<Opened<'a>, Refused> {
        let keys = self.keys.iter().filter_map(|key| key.flask.as_ref());
        let verified = flask::verify(keys, value)?;
        let stamp = Stamp { created: verified.issued, issued: verified.issued, lifetime: None };
        let current = verified.key == 0 && self.format == Format::Flask;
        Ok(Opened { payload: Payload::Flask(verified), stamp, current })
    }

    /// Appends the value for a payload to `out`.
    ///
    /// # Errors
    ///
    /// If the operating system has no random bytes for the encryption.
    pub(crate) fn seal(
        &self,
        payload: &str,
        stamp: &Stamp,
        out: &mut String,
    ) -> Result<(), getrandom::Error> {
        let key = &self.keys[0];
        #[cfg(feature = "flask")]
        if let (Format::Flask, Some(key)) = (self.format, &key.flask) {
            key.seal(payload, stamp.issued, out);
            return Ok(());
        }
        let Some(own) = &key.own else { unreachable!("the first key is made for the format") };
        let header = Header { stamp: *stamp, key: key.id, identifier: self.identifiers };
        let header = HeaderText::new(&header);
        match self.format {
            #[cfg(feature = "encrypted")]
            Format::Encrypted => own.encrypted.seal(payload, header.as_str(), out),
            _ => {
                own.signed.seal(payload, header.as_str(), out);
                Ok(())
            }
        }
    }
}

/// A value, split into its parts. Their number tells the format.
struct Parts<'a> {
    format: Format,
    /// The payload, or its ciphertext.
    body: &'a str,
    header: &'a str,
    signature: Option<Signature<'a>>,
}

struct Signature<'a> {
    /// The payload and the header, as in the value.
    signed: &'a str,
    mac: &'a str,
}

impl<'a> Parts<'a> {
    fn of(value: &'a str) -> Result<Self, Refused> {
        let (body, rest) = value.split_once('.').ok_or(Refused::Malformed)?;
        let (format, header, signature) = match rest.split_once('.') {
            Some((header, mac)) => {
                let signed = &value[..body.len() + 1 + header.len()];
                (Format::Signed, header, Some(Signature { signed, mac }))
            }
            None => (Format::Encrypted, rest, None),
        };
        if signature.as_ref().is_some_and(|signature| signature.mac.contains('.')) {
            return Err(Refused::Malformed);
        }
        Ok(Parts { format, body, header, signature })
    }
}

/// Decodes one part of a value.
fn decode(part: &str) -> Result<Vec<u8>, Refused> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| Refused::Malformed)
}

fn check_age(stamp: &Stamp, expires: u64, now: u64, tolerance: u64) -> Result<(), Refused> {
    if stamp.issued.max(stamp.created) > now.saturating_add(tolerance) {
        return Err(Refused::Future);
    }
    // Valid for exactly the lifetime, as in Flask, and expired one second later.
    if now > expires { Err(Refused::Expired) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAMP: Stamp = Stamp { created: 1_700_000_000, issued: 1_700_000_100, lifetime: None };

    fn key(n: u8) -> MasterKey {
        MasterKey::from_bytes((0..32).map(|byte| byte * 7 + n).collect()).0
    }

    fn signed(name: &str, keys: &[MasterKey]) -> Envelope {
        Envelope::new(name, Format::Signed, &[], keys)
    }

    fn sealed(envelope: &Envelope, payload: &str) -> String {
        let mut out = String::new();
        envelope.seal(payload, &STAMP, &mut out).unwrap();
        out
    }

    fn refuses_every_change(envelope: &Envelope, value: &str) {
        for at in 0..value.len() {
            for bit in 0..7 {
                let mut bytes = value.as_bytes().to_vec();
                bytes[at] ^= 1 << bit;
                let changed = String::from_utf8(bytes).unwrap();
                assert!(envelope.open(&changed).is_err(), "{changed}");
            }
            assert!(envelope.open(&value[..at]).is_err());
        }
    }

    #[test]
    fn opens_what_it_sealed() {
        let envelope = signed("session", &[key(1)]);
        for payload in ["", "{}", r#"{"name":"Zoë"}"#] {
            let value = sealed(&envelope, payload);
            let opened = envelope.open(&value).unwrap();
            assert_eq!(opened.stamp, STAMP);
            assert!(opened.current);
            assert_eq!(opened.payload().unwrap(), payload);
        }
    }

    #[test]
    fn every_flipped_bit_is_refused() {
        let envelope = signed("session", &[key(1)]);
        let value = sealed(&envelope, r#"{"a":1}"#);
        refuses_every_change(&envelope, &value);
    }

    #[test]
    fn a_value_is_good_for_one_name_and_one_key() {
        let envelope = signed("session", &[key(1)]);
        let value = sealed(&envelope, "{}");
        let other = signed("other", &[key(1)]);
        assert_eq!(other.open(&value).unwrap_err(), Refused::Forged);
        let other = signed("session", &[key(2)]);
        assert_eq!(other.open(&value).unwrap_err(), Refused::UnknownKey);
    }

    #[test]
    fn an_old_key_verifies_and_the_first_signs() {
        let old = signed("session", &[key(1)]);
        let both = signed("session", &[key(2), key(1)]);
        let value = sealed(&old, "{}");
        assert!(!both.open(&value).unwrap().current);
        assert!(both.open(&sealed(&both, "{}")).unwrap().current);
        assert_eq!(old.open(&sealed(&both, "{}")).unwrap_err(), Refused::UnknownKey);
        assert!(!both.has_duplicate_keys());
        assert!(signed("session", &[key(1), key(2), key(1)]).has_duplicate_keys());
    }

    #[test]
    fn a_mac_of_another_length_is_refused() {
        let envelope = signed("session", &[key(1)]);
        let value = sealed(&envelope, "{}");
        let (signed, _) = value.rsplit_once('.').unwrap();
        for mac in ["", "A", "AAAA", &"A".repeat(42), &"A".repeat(44), &"A".repeat(86)] {
            assert_eq!(envelope.open(&format!("{signed}.{mac}")).unwrap_err(), Refused::Malformed);
        }
        let zero = format!("{signed}.{}", "A".repeat(43));
        assert_eq!(envelope.open(&zero).unwrap_err(), Refused::Forged);
        // Two parts mean another format, which is not tried either.
        assert_eq!(envelope.open(signed).unwrap_err(), Refused::Format);
    }

    #[test]
    fn a_session_is_no_identifier_and_an_identifier_no_session() {
        let sessions = signed("session", &[key(1)]);
        let identifiers = signed("session", &[key(1)]).for_identifiers();
        let (session, identifier) = (sealed(&sessions, "{}"), sealed(&identifiers, "{}"));
        assert_eq!(identifiers.open(&session).unwrap_err(), Refused::Format);
        assert_eq!(sessions.open(&identifier).unwrap_err(), Refused::Format);
        assert_eq!(identifiers.open(&identifier).unwrap().payload().unwrap(), "{}");
    }

    #[cfg(feature = "encrypted")]
    mod encrypted {
        use super::*;

        fn envelope(format: Format, accept: &[Format]) -> Envelope {
            Envelope::new("session", format, accept, &[key(1)])
        }

        #[test]
        fn opens_what_it_sealed_and_shows_nothing_of_it() {
            let envelope = envelope(Format::Encrypted, &[]);
            for payload in ["", "{}", r#"{"name":"Zoë"}"#] {
                let value = sealed(&envelope, payload);
                let opened = envelope.open(&value).unwrap();
                assert_eq!(opened.stamp, STAMP);
                assert!(opened.current);
                assert_eq!(opened.payload().unwrap(), payload);
                // Encrypting the same session twice gives two values.
                assert_ne!(value, sealed(&envelope, payload));
            }
        }

        #[test]
        fn every_flipped_bit_is_refused() {
            let envelope = envelope(Format::Encrypted, &[]);
            let value = sealed(&envelope, r#"{"a":1}"#);
            refuses_every_change(&envelope, &value);
        }

        #[test]
        fn a_format_is_read_only_if_it_is_accepted() {
            let value_of = |format| sealed(&envelope(format, &[]), "{}");
            for (own, other) in
                [(Format::Signed, Format::Encrypted), (Format::Encrypted, Format::Signed)]
            {
                let strict = envelope(own, &[]);
                assert_eq!(strict.open(&value_of(other)).unwrap_err(), Refused::Format);
                let both = envelope(own, &[other]);
                assert!(!both.open(&value_of(other)).unwrap().current);
                assert!(both.open(&value_of(own)).unwrap().current);
            }
        }

        #[test]
        fn a_value_is_good_for_one_name_and_one_key() {
            let value = sealed(&envelope(Format::Encrypted, &[]), "{}");
            let other = |name, key| Envelope::new(name, Format::Encrypted, &[], &[key]);
            assert_eq!(other("other", key(1)).open(&value).unwrap_err(), Refused::Forged);
            assert_eq!(other("session", key(2)).open(&value).unwrap_err(), Refused::UnknownKey);
        }

        #[test]
        fn a_signature_is_no_box_and_a_box_is_no_signature() {
            let both = envelope(Format::Encrypted, &[Format::Signed]);
            let payload = r#"{"name":"long enough for a nonce"}"#;
            let signed = sealed(&envelope(Format::Signed, &[]), payload);
            let (without_mac, mac) = signed.rsplit_once('.').unwrap();
            assert_eq!(both.open(without_mac).unwrap_err(), Refused::Forged);
            let boxed = sealed(&both, "{}");
            assert_eq!(both.open(&format!("{boxed}.{mac}")).unwrap_err(), Refused::Forged);
        }
    }

    #[test]
    fn age_has_a_last_second_and_a_tolerance() {
        let check = |now| check_age(&STAMP, 1_700_000_200, now, SKEW);
        assert_eq!(check(1_700_000_200), Ok(()));
        assert_eq!(check(1_700_000_201), Err(Refused::Expired));
        assert_eq!(check(1_700_000_040), Ok(()));
        assert_eq!(check(1_700_000_039), Err(Refused::Future));
    }
}
