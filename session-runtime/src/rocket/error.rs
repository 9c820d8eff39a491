//! Why there is no session, and what that answers.

use std::fmt;

use rocket::http::Status;
use rocket::outcome::Outcome;
use rocket::request::{self, Request};
use rocket::response::{self, Responder};

use crate::request::read::Denial;

const NO_FAIRING: &str = "A handler takes a `Session`, and the fairing is not attached. Type \
     `.attach(Sessions::fairing())` after `rocket::build()`.";

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
    /// No schema that the application uses marks a field with `#[owner]`, so
    /// sessions have no owner.
    NoOwner,
    /// The value that was given as an owner is not one of the `#[owner]` field.
    NotAnOwner(String),
}

impl fmt::Display for SessionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SessionError::NoFairing => f.write_str(NO_FAIRING),
            SessionError::Conflict(conflict) => f.write_str(conflict),
            SessionError::Unavailable => f.write_str("The session store is not available."),
            SessionError::CrossOrigin => f.write_str("A page of another origin sent the request."),
            SessionError::NoStore => f.write_str(
                "Sessions are kept in cookies, where nobody can list or end them. Type `store = \
                 \"memory:\"`, or another store, into the session's configuration.",
            ),
            SessionError::NoOwner => f.write_str(
                "No field of the mounted schemas says whose session it is. Mark one with \
                 `#[owner]`, or name its schema with `Sessions::fairing().schema::<…>()`.",
            ),
            SessionError::NotAnOwner(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for SessionError {}

impl From<Denial> for SessionError {
    fn from(denial: Denial) -> SessionError {
        match denial {
            Denial::Unavailable => SessionError::Unavailable,
            Denial::CrossOrigin => SessionError::CrossOrigin,
        }
    }
}

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
            SessionError::NoFairing
            | SessionError::Conflict(_)
            | SessionError::NoStore
            | SessionError::NoOwner
            | SessionError::NotAnOwner(_) => {
                log::error!("{self}");
                Status::InternalServerError
            }
        }
    }
}

/// So that a handler can use `?` on what [`Sessions`](crate::Sessions) returns: 503 if the store
/// is not available, 403 for a request of another origin, else 500.
impl<'r> Responder<'r, 'static> for SessionError {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        self.status().respond_to(request)
    }
}
