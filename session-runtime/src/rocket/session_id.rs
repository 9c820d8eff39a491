//! The public name of a session in a store, for pages and URLs.

use std::fmt;
use std::str::FromStr;

use rocket::http::impl_from_uri_param_identity;
use rocket::http::uri::fmt::{Formatter, Path, UriDisplay};
use rocket::request::FromParam;
use serde::{Serialize, Serializer};

use crate::session::Session;
use crate::store::Key;

/// The name of a session in a store: 64 characters of hex. It is a hash of the
/// identifier in the cookie, so it is safe to show in a page or a URL. Serde and
/// `uri!(end(id = info.id))` write it as that text.
///
/// ```
/// # use session_runtime::{SessionId, prelude::*};
/// # #[session(#[owner] user_id: i64)]
/// # pub struct Visitor;
/// #[rocket::post("/devices/<user>/<id>/end")]
/// async fn end(user: i64, id: SessionId, sessions: &Sessions) -> Result<(), SessionError> {
///     sessions.end_one(&user, id).await.map(drop)
/// }
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SessionId(pub(super) Key);

impl SessionId {
    /// Whether it names the session of this request.
    #[must_use]
    pub fn is_of<S>(&self, session: &Session<S>) -> bool {
        session.handle().key() == Some(&self.0)
    }
}

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_hex())
    }
}

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SessionId({:?})", self.0)
    }
}

/// The text is not 64 characters of hex.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseSessionIdError;

impl fmt::Display for ParseSessionIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a session's id is 64 characters of lower-case hex")
    }
}

impl std::error::Error for ParseSessionIdError {}

impl FromStr for SessionId {
    type Err = ParseSessionIdError;

    fn from_str(text: &str) -> Result<SessionId, ParseSessionIdError> {
        Key::from_hex(text).map(SessionId).ok_or(ParseSessionIdError)
    }
}

/// `#[post("/sessions/<id>/end")]` with `id: SessionId`.
impl FromParam<'_> for SessionId {
    type Error = ParseSessionIdError;

    fn from_param(text: &str) -> Result<SessionId, ParseSessionIdError> {
        text.parse()
    }
}

impl Serialize for SessionId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl UriDisplay<Path> for SessionId {
    fn fmt(&self, f: &mut Formatter<'_, Path>) -> fmt::Result {
        f.write_value(self.0.to_hex())
    }
}

impl_from_uri_param_identity!([Path] SessionId);

#[cfg(test)]
mod tests {
    use rocket::{post, uri};

    use super::*;

    #[allow(dead_code)] // Only its URI is used.
    #[post("/sessions/<id>/end")]
    fn end(id: SessionId) -> String {
        id.to_string()
    }

    #[test]
    fn an_id_is_hex_in_a_uri_and_in_json() {
        let hex = "0a".repeat(32);
        let id: SessionId = hex.parse().expect("64 characters of hex");
        let path = format!("/sessions/{hex}/end");
        assert_eq!(uri!(end(id = id)).to_string(), path);
        assert_eq!(uri!(end(&id)).to_string(), path);
        assert_eq!(serde_json::to_string(&id).unwrap(), format!("\"{hex}\""));
        assert_eq!("0A".repeat(32).parse::<SessionId>(), Err(ParseSessionIdError));
    }
}
