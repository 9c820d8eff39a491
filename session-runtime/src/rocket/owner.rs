//! An owner's sessions: listed, and ended.

use std::time::SystemTime;

use serde::Serialize;

use super::error::SessionError;
use super::info::{seconds, time};
use super::session_id::SessionId;
use super::sessions::Sessions;
use crate::payload::json;
use crate::schema::Schema;
use crate::session::Session;
use crate::store::{Backend, Listed, Unavailable};

/// A session of an owner, in a list. It names the session, and is no way into it.
///
/// For a template or JSON it is written with the names of its fields; the times
/// are whole seconds since 1970, which templates' date filters take:
/// `{"id":"9f86d0…","created":1700000000,"last_seen":1700003600,"expires":1702682000,"is_current":true}`.
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
    /// The last second in which it is accepted, if nothing extends it.
    #[serde(serialize_with = "seconds")]
    pub expires: SystemTime,
    /// Whether it is the session that the list was asked with.
    pub is_current: bool,
}

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
        let info = |Listed { key, created, seen, expires, .. }: Listed| SessionInfo {
            id: SessionId(key),
            created: time(created),
            last_seen: time(seen),
            expires: time(expires),
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

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use super::*;

    #[test]
    fn times_are_seconds_in_json() {
        let id = SessionId::from_str(&"0a".repeat(32)).expect("64 characters of hex");
        let info = SessionInfo {
            id,
            created: time(1_700_000_000),
            last_seen: time(7),
            expires: time(8),
            is_current: true,
        };
        let json = serde_json::to_value(info).unwrap();
        let expected = serde_json::json!({
            "id": id.to_string(),
            "created": 1_700_000_000,
            "last_seen": 7,
            "expires": 8,
            "is_current": true,
        });
        assert_eq!(json, expected);
    }
}
