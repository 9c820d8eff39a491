//! `Session<S>` as a request guard.

use rocket::http::Status;
use rocket::outcome::Outcome;
use rocket::request::{self, FromRequest, Request};

use super::cached;
use super::error::SessionError;
use super::loading;
use super::sessions::Sessions;
use crate::request::read::Source;
use crate::schema::{Handle, Missing, Schema};
use crate::session::Session;

/// The request's session for the schema `S`. On its first use, the schema is compared
/// with all others. What it declares as loaded is loaded.
pub(super) async fn handle<'r, S: Schema>(
    request: &'r Request<'_>,
) -> Result<&'r Handle, SessionError> {
    let sessions = request.rocket().state::<Sessions>().ok_or(SessionError::NoFairing)?;
    sessions.engine.registry.check(S::TABLE).map_err(SessionError::Conflict)?;
    let session = cached::session(request, sessions).await;
    if let Source::Denied(why) = &session.source {
        return Err((*why).into());
    }
    if S::TABLE.loaded().next().is_some() {
        // Boxed, so that guards that load nothing reserve no memory for it.
        Box::pin(loading::load(S::TABLE, &session.handle, request)).await?;
    }
    Ok(&session.handle)
}

#[rocket::async_trait]
impl<'r, S: Schema> FromRequest<'r> for Session<S> {
    type Error = SessionError;

    /// If a field with `else` is missing, the request is forwarded with 401 to the
    /// next route, or to the application's catcher.
    async fn from_request(request: &'r Request<'_>) -> request::Outcome<Self, SessionError> {
        match handle::<S>(request).await.map(Session::open_proven) {
            Ok(Ok(session)) => Outcome::Success(session),
            Ok(Err(Missing(field))) => {
                log::debug!("The session has no `{field}`: the request is forwarded.");
                Outcome::Forward(Status::Unauthorized)
            }
            Err(error) => error.outcome(),
        }
    }
}

impl<S: Schema> Session<S> {
    /// The request's session in code without guards: a responder or a response
    /// fairing. A fairing that writes to the session must be attached before
    /// [`Sessions::fairing`], so that it runs earlier. After a panic, the session
    /// still shows what the handler had written, although it is not kept. Returns
    /// `None` if no guard took the session in this request, if a field with `else` is
    /// missing, if the store is not available, or if a page of another origin sent
    /// the request.
    #[must_use]
    pub fn loaded(request: &Request<'_>) -> Option<Session<S>> {
        let session = cached::existing(request)?;
        if matches!(session.source, Source::Denied(_)) {
            return None;
        }
        let sessions = request.rocket().state::<Sessions>()?;
        if let Err(conflict) = sessions.engine.registry.check(S::TABLE) {
            log::error!("{conflict}");
            session.handle.state().fail(conflict);
            return None;
        }
        Session::open(&session.handle).ok()
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for &'r Sessions {
    type Error = SessionError;

    async fn from_request(request: &'r Request<'_>) -> request::Outcome<Self, SessionError> {
        match request.rocket().state::<Sessions>() {
            Some(sessions) => Outcome::Success(sessions),
            None => SessionError::NoFairing.outcome(),
        }
    }
}
