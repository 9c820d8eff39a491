//! What anybody can see of a cookie, without a key. For the command only: an
//! application never looks at what it has not verified.

#[cfg(feature = "flask")]
use super::flask;
use super::header::{self, Header, KeyId};
use super::{Parts, Refused, Stamp, decode};
use crate::config::Format;
use crate::payload::Syntax;

pub(crate) struct Unverified {
    pub(crate) format: Format,
    pub(crate) stamp: Stamp,
    /// Flask's format does not say which key it is.
    key: Option<KeyId>,
    /// The session is in a store.
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

    /// How the session's values are written.
    pub(crate) fn syntax(&self) -> Syntax {
        match self.format {
            #[cfg(feature = "flask")]
            Format::Flask => Syntax::Flask,
            _ => Syntax::Json,
        }
    }

    /// The session, where it is not encrypted. Nobody has verified it.
    pub(crate) fn payload(&self) -> Option<String> {
        String::from_utf8(self.payload.clone()?).ok()
    }
}
