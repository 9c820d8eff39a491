//! A handler's session before its required fields have been checked.

use std::fmt;
use std::marker::PhantomData;

use rocket::outcome::Outcome;
use rocket::request::{self, FromRequest, Request};
use rocket::{Ignite, Rocket, Sentinel};

use super::error::SessionError;
use super::guard;
use crate::schema::{Handle, Missing, Schema};
use crate::session::{self, Session};

/// The guard of a handler whose schema may require fields. It lets every request
/// through, so that the handler's wrapper can answer with the `else` response
/// instead of Rocket with a 401.
pub struct Pending<S> {
    handle: Handle,
    schema: PhantomData<fn() -> S>,
}

impl<S: Schema> Pending<S> {
    pub(super) fn new(handle: &Handle) -> Self {
        Pending { handle: handle.another(), schema: PhantomData }
    }

    /// The handler's session, if nothing is missing.
    pub fn open(&self) -> Result<Session<S>, Missing> {
        Session::open_proven(&self.handle)
    }

    /// The session as an `else` expression sees it.
    pub fn partial(&self) -> Session<S::Partial> {
        session::partial::<S>(&self.handle)
    }

    /// The handle, for the `else` responses of a base.
    pub fn handle(&self) -> &Handle {
        &self.handle
    }
}

impl<S> fmt::Debug for Pending<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pending(…)")
    }
}

#[rocket::async_trait]
impl<'r, S: Schema> FromRequest<'r> for Pending<S> {
    type Error = SessionError;

    async fn from_request(request: &'r Request<'_>) -> request::Outcome<Self, SessionError> {
        match guard::handle::<S>(request).await {
            Ok(handle) => Outcome::Success(Pending::new(handle)),
            Err(error) => error.outcome(),
        }
    }
}

impl<S: Schema> Sentinel for Pending<S> {
    fn abort(rocket: &Rocket<Ignite>) -> bool {
        <Session<S> as Sentinel>::abort(rocket)
    }
}
