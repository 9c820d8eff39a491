//! Lists and ends an owner's sessions.

use std::time::SystemTime;

use serde::Serialize;

use super::error::SessionError;
use super::info::seconds;
use super::session_id::SessionId;
use super::sessions::Sessions;
use crate::clock::time;
use crate::payload::json;
use crate::schema::Schema;
use crate::session::Session;
use crate::store::{Backend, Listed, Unavailable};

/// A session in the list of an owner's sessions. It gives no access to the session.
///
/// It serializes as an object with its fields' names. Times are whole seconds since
/// 1970, which the date filters of templates accept:
/// `{"id":"9f86d0…","created":1700000000,"last_seen":1700003600,"expires":1702682000,"is_current":true}`.
///
/// ```
/// # use session_runtime::prelude::*;
/// # #[session(#[owner] user_id: i64)]
/// # pub struct Visitor;
/// #[rocket::get("/devices/<user>")]
/// async fn devices(
///     user: i64,
///     session: Session<Visitor>,
///     sessions: &Sessions,
/// ) -> Result<String, SessionError> {
///     let devices = sessions.list(&user, &session).await?;
///     Ok(devices.iter().map(|device| format!("{} {:?}\n", device.id, device.last_seen)).collect())
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SessionInfo {
    /// Its name, for [`Sessions::end_one`].
    pub id: SessionId,
    /// When its owner signed in. A renewal does not change it.
    #[serde(serialize_with = "seconds")]
    pub created: SystemTime,
    /// When it was last written or extended. Activity alone extends a session once
    /// per half of its lifetime.
    #[serde(serialize_with = "seconds")]
    pub last_seen: SystemTime,
    /// The last second in which it is accepted, if nothing extends it.
    #[serde(serialize_with = "seconds")]
    pub expires: SystemTime,
    /// Whether it is the session that was passed to [`Sessions::list`].
    pub is_current: bool,
}

/// Pass the owner as a value of the `#[owner]` field, such as
/// `session.username()` or `&user.id`.
impl Sessions {
    /// The owner's sessions, most recently seen first. `session` is this request's,
    /// to mark it in the list.
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

    /// Ends one session of the owner, and returns whether it existed. A session that
    /// was renewed since it was listed is ended too, for up to an hour after that.
    /// Another owner's session is not touched. If it is this request's own
    /// ([`SessionId::is_of`]), `clear()` it instead, which also removes its cookie.
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

    /// Ends all sessions of the owner, and returns their number. If this request's is
    /// one of them, anything that it still writes is dropped. Also `clear()` it, to
    /// remove its cookie.
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

    /// Ends all sessions of the owner except this request's, and returns their
    /// number.
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
            // This request's session is new, so all in the store are others.
            None => Ok(backend.destroy_all_of(&owner, now).await?),
        }
    }

    /// The owner as the store has it: the field's JSON text. Checks the type, because
    /// a value of another type would silently find no sessions.
    fn owner_text<O: Serialize + ?Sized>(&self, owner: &O) -> Result<String, SessionError> {
        let field = self.engine.registry.owner().ok_or(SessionError::NoOwner)?;
        let text = json::encode(owner).map_err(|error| {
            SessionError::NotAnOwner(format!("An owner cannot be written as JSON: {error}."))
        })?;
        if field.field.reads(&text) {
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
