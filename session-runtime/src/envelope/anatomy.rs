//! What anybody can see of a cookie, without a key. For the command only: an
//! application never looks at what it has not verified.

use super::header::{self, Header, KeyId};
use super::{Parts, Refused, Stamp, decode};
use crate::config::Format;

pub(crate) struct Anatomy {
    pub(crate) format: Format,
    pub(crate) stamp: Stamp,
    key: KeyId,
    /// The session is in a store.
    pub(crate) identifier: bool,
    payload: Option<Vec<u8>>,
}

impl Anatomy {
    pub(crate) fn of(value: &str) -> Result<Anatomy, Refused> {
        let Parts { format, body, header, mac } = Parts::of(value)?;
        let Header { stamp, key, identifier } = header::read(header)?;
        let body = decode(body)?;
        let payload = mac.is_some().then_some(body);
        Ok(Anatomy { format, stamp, key, identifier, payload })
    }

    pub(crate) fn key_id(&self) -> String {
        self.key.map(|byte| format!("{byte:02x}")).concat()
    }

    /// The session, where it is not encrypted. Nobody has verified it.
    pub(crate) fn payload(&self) -> Option<String> {
        String::from_utf8(self.payload.clone()?).ok()
    }
}
