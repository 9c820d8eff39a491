//! `Session<S>` as a request guard.

use std::fmt;

use rocket::http::Status;
use rocket::outcome::Outcome;
use rocket::request::{self, FromRequest, Request};
use rocket::{Ignite, Rocket, Sentinel};

use super::launch;
use super::sessions::Sessions;
use super::visit::Visit;
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
}

impl fmt::Display for SessionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SessionError::NoFairing => f.write_str(launch::NO_FAIRING),
            SessionError::Conflict(conflict) => f.write_str(conflict),
        }
    }
}

impl std::error::Error for SessionError {}

impl SessionError {
    pub(super) fn outcome<T>(self) -> request::Outcome<T, SessionError> {
        log::error!("{self}");
        Outcome::Error((Status::InternalServerError, self))
    }
}

/// A handle of the request's session, for the schema `S`, which is compared
/// with all others if this is its first use.
pub(super) fn handle<S: Schema>(request: &Request<'_>) -> Result<Handle, SessionError> {
    let sessions = request.rocket().state::<Sessions>().ok_or(SessionError::NoFairing)?;
    sessions.registry.check(S::TABLE).map_err(SessionError::Conflict)?;
    Ok(Handle::new(Visit::of(request, sessions).state.clone()))
}

#[rocket::async_trait]
impl<'r, S: Schema> FromRequest<'r> for Session<S> {
    type Error = SessionError;

    /// A schema with an `else` field that is missing forwards with 401: the
    /// next route, or the application's catcher, answers.
    async fn from_request(request: &'r Request<'_>) -> request::Outcome<Self, SessionError> {
        match handle::<S>(request).map(|handle| access::full(&handle)) {
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
    /// shows what the handler had written, which is not kept. `None` if nobody has taken the session in this
    /// request, or if a field with `else` is missing.
    #[must_use]
    pub fn loaded(request: &Request<'_>) -> Option<Session<S>> {
        let visit = Visit::existing(request)?;
        let sessions = request.rocket().state::<Sessions>()?;
        if let Err(conflict) = sessions.registry.check(S::TABLE) {
            log::error!("{conflict}");
            visit.state.fail(conflict);
            return None;
        }
        access::full(&Handle::new(visit.state.clone())).ok()
    }
}
