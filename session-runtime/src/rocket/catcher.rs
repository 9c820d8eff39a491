//! The session of a catcher. Rocket gives catchers no guards.

use rocket::Request;

use super::cached;
use super::error::SessionError;
use super::guard;
use super::pending::Pending;
use super::sessions::Sessions;
use crate::payload::Syntax;
use crate::schema::{Handle, Schema};
use crate::state::State;

/// The request's session for a catcher. A catcher must answer, so if no session
/// is available it gets an empty one that is not kept. The log has the reason.
pub async fn catcher<S: Schema>(request: &Request<'_>) -> Pending<S> {
    let error = match guard::handle::<S>(request).await {
        Ok(handle) => return Pending::new(handle),
        Err(error) => error,
    };
    let detached = || Pending::new(&Handle::detached(State::empty(Syntax::Json)));
    let Some(sessions) = request.rocket().state::<Sessions>() else {
        log::error!("{error}");
        return detached();
    };
    if matches!(error, SessionError::NotLoaded(_)) {
        return detached();
    }
    let handle = &cached::session(request, sessions).await.handle;
    if matches!(error, SessionError::Unavailable | SessionError::CrossOrigin) {
        // This one is empty, and nothing written to it is kept.
        return Pending::new(handle);
    }
    log::error!("{error}");
    handle.state().fail(error.to_string());
    detached()
}
