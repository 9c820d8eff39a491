//! The session of a catcher, which has no guards.

use rocket::Request;

use super::cached;
use super::error::SessionError;
use super::guard;
use super::pending::Pending;
use super::sessions::Sessions;
use crate::payload::Syntax;
use crate::schema::{Handle, Schema};
use crate::state::State;

/// The request's session for a catcher. A catcher must answer: where there can
/// be no session, it gets an empty one that nobody keeps, and the log says why.
pub async fn catcher<S: Schema>(request: &Request<'_>) -> Pending<S> {
    let error = match guard::handle::<S>(request).await {
        Ok(handle) => return Pending::new(handle),
        Err(error) => error,
    };
    let Some(sessions) = request.rocket().state::<Sessions>() else {
        log::error!("{error}");
        return Pending::new(Handle::detached(State::empty(Syntax::Json)));
    };
    let handle = &cached::session(request, sessions).await.handle;
    if matches!(error, SessionError::Unavailable | SessionError::CrossOrigin) {
        // Empty already. What is written to it is dropped when the request ends.
        return Pending::new(handle.another());
    }
    log::error!("{error}");
    handle.state().fail(error.to_string());
    Pending::new(Handle::detached(State::empty(Syntax::Json)))
}
