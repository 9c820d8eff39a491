//! An owner's sessions: listed, and ended.

use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rocket::http::impl_from_uri_param_identity;
use rocket::http::uri::fmt::{Formatter, Path, UriDisplay};
use rocket::request::FromParam;
use serde::{Serialize, Serializer};

use super::error::SessionError;
use super::sessions::Sessions;
use crate::payload::json;
use crate::schema::Schema;
use crate::session::Session;
use crate::store::{Backend, Key, Listed, Unavailable};

/// A session of an owner, in a list. It names the session, and is no way into it.
///
/// For a template or JSON it is written with the names of its fields; the times
/// are whole seconds since 1970, which templates' date filters take:
/// `{"id":"9f86d0…","created":1700000000,"last_seen":1700003600,"is_current":true}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SessionInfo {
    /// What to call it, for [`Sessions::end_one`].
    pub id: SessionId,
    /// When its owner signed in. A renewal keeps it.
    #[serde(serialize_with = "seconds")]
    pub created: SystemTime,
    /// When it was last written, or extended: activity alone extends a session
    /// once in half of its lifetime.
    #[serde(serialize_with = "seconds")]
    pub last_seen: SystemTime,
    /// Whether it is the session that the list was asked with.
    pub is_current: bool,
}

/// The name of a session in a store, as 64 characters of hex. It is a hash of
/// what the cookie holds: it may stand in a page or a URL. Serde writes it as
/// that text, and so does `uri!(end(id = info.id))`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SessionId(Key);

impl SessionId {
    /// Whether it names the session of this request.
    #[must_use]
    pub fn is_of<S: Schema>(&self, session: &Session<S>) -> bool {
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

/// Give an owner as the value of the `#[owner]` field: `session.username()` or
/// `&user.id`.
impl Sessions {
    /// The owner's sessions, the one that was seen last first. `session` is this
    /// request's, to mark it in the list.
    ///
    /// # Errors
    ///
    /// [`NoStore`](SessionError::NoStore), [`NoOwner`](SessionError::NoOwner),
    /// [`NotAnOwner`](SessionError::NotAnOwner), or
    /// [`Unavailable`](SessionError::Unavailable) if the store fails.
    pub async fn list<O, S>(
        &self,
        owner: &O,
        session: &Session<S>,
    ) -> Result<Vec<SessionInfo>, SessionError>
    where
        O: Serialize + Sync + ?Sized,
        S: Schema,
    {
        let mut listed =
            self.backend()?.list(&self.owner_text(owner)?, self.engine.clock.now()).await?;
        listed.sort_by_key(|listed| (std::cmp::Reverse(listed.seen), listed.key));
        let info = |Listed { key, created, seen, .. }: Listed| SessionInfo {
            id: SessionId(key),
            created: time(created),
            last_seen: time(seen),
            is_current: SessionId(key).is_of(session),
        };
        Ok(listed.into_iter().map(info).collect())
    }

    /// Ends one session of the owner, and says whether there was one. A session
    /// that was renewed since it was listed ends all the same, for up to an hour.
    /// A session of somebody else's is not touched. If it is this request's own
    /// ([`SessionId::is_of`]), `clear()` it instead, so that its cookie goes too.
    ///
    /// # Errors
    ///
    /// [`NoStore`](SessionError::NoStore), [`NoOwner`](SessionError::NoOwner),
    /// [`NotAnOwner`](SessionError::NotAnOwner), or
    /// [`Unavailable`](SessionError::Unavailable) if the store fails.
    pub async fn end_one<O>(&self, owner: &O, id: SessionId) -> Result<bool, SessionError>
    where
        O: Serialize + Sync + ?Sized,
    {
        let owner = self.owner_text(owner)?;
        Ok(self.backend()?.destroy(&id.0, Some(&owner), self.engine.clock.now()).await?)
    }

    /// Ends all sessions of the owner, and says how many there were. If this
    /// request's is one of them, what it still writes is dropped: `clear()` it,
    /// so that its cookie goes too.
    ///
    /// # Errors
    ///
    /// [`NoStore`](SessionError::NoStore), [`NoOwner`](SessionError::NoOwner),
    /// [`NotAnOwner`](SessionError::NotAnOwner), or
    /// [`Unavailable`](SessionError::Unavailable) if the store fails.
    pub async fn end_all<O>(&self, owner: &O) -> Result<u64, SessionError>
    where
        O: Serialize + Sync + ?Sized,
    {
        Ok(self
            .backend()?
            .destroy_all_of(&self.owner_text(owner)?, self.engine.clock.now())
            .await?)
    }

    /// Ends all sessions of the owner but this request's, and says how many
    /// there were.
    ///
    /// # Errors
    ///
    /// [`NoStore`](SessionError::NoStore), [`NoOwner`](SessionError::NoOwner),
    /// [`NotAnOwner`](SessionError::NotAnOwner), or
    /// [`Unavailable`](SessionError::Unavailable) if the store fails.
    pub async fn end_others<O, S>(
        &self,
        owner: &O,
        session: &Session<S>,
    ) -> Result<u64, SessionError>
    where
        O: Serialize + Sync + ?Sized,
        S: Schema,
    {
        let owner = self.owner_text(owner)?;
        let (backend, now) = (self.backend()?, self.engine.clock.now());
        match session.handle().key() {
            Some(this) => Ok(backend.destroy_others_of(&owner, this, now).await?),
            // It begins with this request, so all there are are others.
            None => Ok(backend.destroy_all_of(&owner, now).await?),
        }
    }

    /// What the owner's sessions are filed under: the field's JSON text. A value
    /// of another type would find nobody, in silence.
    fn owner_text<O: Serialize + ?Sized>(&self, owner: &O) -> Result<String, SessionError> {
        let field = self.engine.registry.owner().ok_or(SessionError::NoOwner)?;
        let text = json::encode(owner).map_err(|error| {
            SessionError::NotAnOwner(format!("An owner cannot be written as JSON: {error}."))
        })?;
        if (field.reads)(&text) {
            return Ok(text);
        }
        Err(SessionError::NotAnOwner(format!(
            "`{}` was given as an owner, and the field `{}` that is marked `#[owner]` is a `{}`. \
             Give a value of that field.",
            std::any::type_name::<O>(),
            field.name,
            (field.type_name)(),
        )))
    }

    fn backend(&self) -> Result<&Backend, SessionError> {
        self.engine.backend.as_ref().ok_or(SessionError::NoStore)
    }
}

impl From<Unavailable> for SessionError {
    fn from(_: Unavailable) -> SessionError {
        SessionError::Unavailable
    }
}

fn seconds<S: Serializer>(time: &SystemTime, serializer: S) -> Result<S::Ok, S::Error> {
    // Times in a store begin with 1970.
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    serializer.serialize_u64(since.as_secs())
}

fn time(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

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

    #[test]
    fn times_are_seconds_in_json() {
        let id = SessionId::from_str(&"0a".repeat(32)).expect("64 characters of hex");
        let info =
            SessionInfo { id, created: time(1_700_000_000), last_seen: time(7), is_current: true };
        let json = serde_json::to_value(info).unwrap();
        let expected = serde_json::json!({
            "id": id.to_string(),
            "created": 1_700_000_000,
            "last_seen": 7,
            "is_current": true,
        });
        assert_eq!(json, expected);
    }
}
