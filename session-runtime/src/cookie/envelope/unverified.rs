//! A cookie read without a key, for the command-line tool only. An application
//! never looks at a cookie that it has not verified.

#[cfg(feature = "flask")]
use super::flask;
use super::header::{self, Header, KeyId};
use super::{Parts, Refused, Stamp, decode};
use crate::config::Format;
use crate::payload::Syntax;

pub(crate) struct Unverified {
    pub(crate) format: Format,
    pub(crate) stamp: Stamp,
    /// `None` in Flask's format, which has no key id.
    key: Option<KeyId>,
    /// Whether the session is in a store.
    pub(crate) identifier: bool,
    payload: Option<Vec<u8>>,
}

impl Unverified {
    pub(crate) fn of(value: &str) -> Result<Unverified, Refused> {
        #[cfg(feature = "flask")]
        if flask::is_flask(value) {
            let parts = flask::unverified(value)?;
            let stamp = Stamp { created: parts.issued, issued: parts.issued, lifetime: None };
            let payload = parts.payload().ok().map(String::into_bytes);
            return Ok(Unverified {
                format: Format::Flask,
                stamp,
                key: None,
                identifier: false,
                payload,
            });
        }
        let Parts { format, body, header, signature } = Parts::of(value)?;
        let Header { stamp, key, identifier } = header::read(header)?;
        let body = decode(body)?;
        let payload = signature.is_some().then_some(body);
        Ok(Unverified { format, stamp, key: Some(key), identifier, payload })
    }

    pub(crate) fn key_id(&self) -> Option<String> {
        self.key.map(|key| base16ct::lower::encode_string(&key))
    }

    /// The syntax of the session's values.
    pub(crate) fn syntax(&self) -> Syntax {
        match self.format {
            #[cfg(feature = "flask")]
            Format::Flask => Syntax::Flask,
            _ => Syntax::Json,
        }
    }

    /// The session, unless it is encrypted or not valid UTF-8.
    pub(crate) fn payload(&self) -> Option<String> {
        String::from_utf8(self.payload.clone()?).ok()
    }
}
