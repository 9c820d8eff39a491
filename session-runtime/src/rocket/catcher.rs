//! The session of a catcher, which has no guards.

use std::sync::Arc;

use rocket::Request;

use super::guard;
use super::pending::Pending;
use super::sessions::Sessions;
use super::visit::Visit;
use crate::schema::{Handle, Schema};
use crate::state::State;

/// The request's session for a catcher. A catcher must answer: where there can
/// be no session, it gets an empty one that nobody keeps, and the log says why.
pub async fn catcher<S: Schema>(request: &Request<'_>) -> Pending<S> {
    Pending::new(guard::handle::<S>(request).unwrap_or_else(|error| {
        log::error!("{error}");
        if let Some(sessions) = request.rocket().state::<Sessions>() {
            Visit::of(request, sessions).state.fail(error.to_string());
        }
        Handle::new(Arc::new(State::empty()))
    }))
}
