//! A session's identifier and times.

use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Serialize, Serializer};

use super::session_id::SessionId;
use crate::clock::time;
use crate::schema::{AnySession, Handle};
use crate::session::Session;

/// The session that came with a request: [`Session::info`].
///
/// It serializes as an object with its fields' names, with times as whole seconds
/// since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CurrentSession {
    /// Its name in the store. `None` if the session is kept in its cookie.
    pub id: Option<SessionId>,
    /// When it began: when its owner signed in, or else when it was first issued.
    #[serde(serialize_with = "seconds")]
    pub created: SystemTime,
    /// The last second in which it is accepted, if nothing extends it.
    #[serde(serialize_with = "seconds")]
    pub expires: SystemTime,
}

impl CurrentSession {
    fn of(handle: &Handle) -> Option<CurrentSession> {
        let life = handle.life()?;
        Some(CurrentSession {
            id: handle.key().copied().map(SessionId),
            created: time(life.began),
            expires: time(life.expires),
        })
    }
}

impl<S> Session<S> {
    /// The identifier and the times of the session that came with the request,
    /// regardless of later changes. `None` if the request had no session.
    ///
    /// ```
    /// # use session_runtime::prelude::*;
    /// #[rocket::get("/expires")]
    /// fn expires(session: Session) -> String {
    ///     match session.info() {
    ///         Some(info) => format!("{:?}", info.expires),
    ///         None => "This is your first visit.".into(),
    ///     }
    /// }
    /// ```
    #[must_use]
    pub fn info(&self) -> Option<CurrentSession> {
        CurrentSession::of(self.handle())
    }
}

impl AnySession {
    /// The identifier and the times of the session that came with the request.
    /// See [`Session::info`].
    #[must_use]
    pub fn info(&self) -> Option<CurrentSession> {
        CurrentSession::of(self.handle())
    }
}

pub(super) fn seconds<S: Serializer>(time: &SystemTime, serializer: S) -> Result<S::Ok, S::Error> {
    // No session began before 1970.
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    serializer.serialize_u64(since.as_secs())
}
