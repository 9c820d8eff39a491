//! `Session<S>` as a request guard.

use std::fmt;

use rocket::http::Status;
use rocket::outcome::Outcome;
use rocket::request::{self, FromRequest, Request};
use rocket::response::{self, Responder};
use rocket::{Ignite, Rocket, Sentinel};

use super::launch;
use super::sessions::Sessions;
use super::visit::{Origin, Visit};
use crate::access;
use crate::schema::{Handle, Missing, Schema};
use crate::session::Session;

/// Why a handler did not get a session.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SessionError {
    /// The fairing is not attached.
    NoFairing,
    /// Two schemas declare one field with two types.
    Conflict(String),
    /// The store failed or did not answer in time: 503. The log has the reason.
    Unavailable,
    /// A page of another origin sent the request: 403. Nothing was read, and
    /// nothing of the request is kept. See
    /// [`csrf_protection`](crate::SessionFairing::csrf_protection).
    CrossOrigin,
    /// Sessions are kept in cookies, where nobody can list or end them.
    NoStore,
}

impl fmt::Display for SessionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SessionError::NoFairing => f.write_str(launch::NO_FAIRING),
            SessionError::Conflict(conflict) => f.write_str(conflict),
            SessionError::Unavailable => f.write_str("The session store is not available."),
            SessionError::CrossOrigin => f.write_str("A page of another origin sent the request."),
            SessionError::NoStore => f.write_str(
                "Sessions are kept in cookies, where nobody can list or end them. Type `store = \
                 \"memory:\"`, or another store, into the session's configuration.",
            ),
        }
    }
}

impl std::error::Error for SessionError {}

impl SessionError {
    pub(super) fn outcome<T>(self) -> request::Outcome<T, SessionError> {
        Outcome::Error((self.status(), self))
    }

    /// What it answers; a mistake of the application's goes into the log.
    fn status(&self) -> Status {
        match self {
            // Whoever called the store, or judged the request, has said why.
            SessionError::Unavailable => Status::ServiceUnavailable,
            SessionError::CrossOrigin => Status::Forbidden,
            SessionError::NoFairing | SessionError::Conflict(_) | SessionError::NoStore => {
                log::error!("{self}");
                Status::InternalServerError
            }
        }
    }
}

/// So that a handler can use `?` on what [`Sessions`] returns: 503 if the store
/// is not available, 403 for a request of another origin, else 500.
impl<'r> Responder<'r, 'static> for SessionError {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        self.status().respond_to(request)
    }
}

/// A handle of the request's session, for the schema `S`, which is compared
/// with all others if this is its first use.
pub(super) async fn handle<S: Schema>(request: &Request<'_>) -> Result<Handle, SessionError> {
    let sessions = request.rocket().state::<Sessions>().ok_or(SessionError::NoFairing)?;
    sessions.registry.check(S::TABLE).map_err(SessionError::Conflict)?;
    let visit = Visit::of(request, sessions).await;
    match &visit.origin {
        Origin::Denied(why) => Err(why.clone()),
        Origin::Cookie | Origin::Store(_) => Ok(Handle::new(visit.state.clone())),
    }
}

#[rocket::async_trait]
impl<'r, S: Schema> FromRequest<'r> for Session<S> {
    type Error = SessionError;

    /// A schema with an `else` field that is missing forwards with 401: the
    /// next route, or the application's catcher, answers.
    async fn from_request(request: &'r Request<'_>) -> request::Outcome<Self, SessionError> {
        match handle::<S>(request).await.map(|handle| access::proven(&handle)) {
            Ok(Ok(session)) => Outcome::Success(session),
            Ok(Err(missing)) => {
                let Missing(field) = missing.into();
                log::debug!("The session has no `{field}`: the request is forwarded.");
                Outcome::Forward(Status::Unauthorized)
            }
            Err(error) => error.outcome(),
        }
    }
}

impl<S: Schema> Sentinel for Session<S> {
    fn abort(rocket: &Rocket<Ignite>) -> bool {
        launch::is_missing(rocket) || launch::is_in_conflict(rocket, S::TABLE)
    }
}

impl<S: Schema> Session<S> {
    /// The request's session, where there is no guard to ask: in a responder,
    /// in a response fairing. (One that writes is attached before
    /// [`Sessions::fairing`], so that it runs earlier.) After a panic it still
    /// shows what the handler had written, which is not kept. `None` if nobody
    /// has taken the session in this request, if a field with `else` is missing,
    /// if the store is not available, or if a page of another origin sent the
    /// request.
    #[must_use]
    pub fn loaded(request: &Request<'_>) -> Option<Session<S>> {
        let visit =
            Visit::existing(request).filter(|visit| !matches!(visit.origin, Origin::Denied(_)))?;
        let sessions = request.rocket().state::<Sessions>()?;
        if let Err(conflict) = sessions.registry.check(S::TABLE) {
            log::error!("{conflict}");
            visit.state.fail(conflict);
            return None;
        }
        access::full(&Handle::new(visit.state.clone())).ok()
    }
}
