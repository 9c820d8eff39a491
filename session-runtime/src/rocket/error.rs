//! Why there is no session, and the response to it.

use std::fmt;

use rocket::http::Status;
use rocket::outcome::Outcome;
use rocket::request::{self, Request};
use rocket::response::{self, Responder};

use crate::request::read::Denial;

const NO_FAIRING: &str = "A handler takes a `Session`, and the fairing is not attached. Type \
     `.attach(Sessions::fairing())` after `rocket::build()`.";

/// Why a handler did not get a session. The [guide](crate::guide::errors) says what to
/// do about each.
///
/// It is a responder, so a handler may return it:
///
/// ```
/// use session_runtime::prelude::*;
///
/// #[session(#[owner] user_id: i64)]
/// pub struct Visitor;
///
/// #[rocket::post("/logout-everywhere")]
/// async fn everywhere(session: Session<Visitor>, sessions: &Sessions) -> Result<(), SessionError> {
///     if let Some(id) = session.user_id() {
///         sessions.end_all(&id).await?;
///     }
///     session.clear();
///     Ok(())
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SessionError {
    /// The fairing is not attached.
    NoFairing,
    /// Two schemas declare the same field with different types.
    Conflict(String),
    /// The store failed or did not answer in time. The response is a 503; the log has
    /// the reason.
    Unavailable,
    /// A page of another origin sent the request. The response is a 403. The session
    /// is neither read nor changed. See
    /// [`csrf_protection`](crate::SessionFairing::csrf_protection).
    CrossOrigin,
    /// The loader of this field failed. The response is a 503; the log has the reason.
    NotLoaded(&'static str),
    /// The loader of this field takes a session that declares the field.
    LoadsItself(&'static str),
    /// Sessions are kept in cookies, so they cannot be listed or ended.
    NoStore,
    /// No schema that the application uses marks a field with `#[owner]`, so
    /// sessions have no owner.
    NoOwner,
    /// The value given as an owner does not have the type of the `#[owner]` field.
    NotAnOwner(String),
}

impl fmt::Display for SessionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SessionError::NoFairing => f.write_str(NO_FAIRING),
            SessionError::Conflict(conflict) => f.write_str(conflict),
            SessionError::Unavailable => f.write_str("The session store is not available."),
            SessionError::CrossOrigin => f.write_str("A page of another origin sent the request."),
            SessionError::NotLoaded(field) => {
                write!(f, "The session's field `{field}` could not be loaded.")
            }
            SessionError::LoadsItself(field) => write!(
                f,
                "The loader of the session's field `{field}` takes a session that declares \
                 `{field}`, and would wait for itself. Take one with a schema that does not."
            ),
            SessionError::NoStore => f.write_str(
                "Sessions are kept in cookies, where nobody can list or end them. Type `store = \
                 \"memory:\"`, or another store, into the session's configuration.",
            ),
            SessionError::NoOwner => f.write_str(
                "No field of the mounted schemas is an `#[owner]`. Mark one with \
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

    /// The response's status. Logs the error if it is a mistake in the application.
    fn status(&self) -> Status {
        match self {
            // These were logged where they occurred.
            SessionError::Unavailable | SessionError::NotLoaded(_) => Status::ServiceUnavailable,
            SessionError::CrossOrigin => Status::Forbidden,
            SessionError::NoFairing
            | SessionError::Conflict(_)
            | SessionError::LoadsItself(_)
            | SessionError::NoStore
            | SessionError::NoOwner
            | SessionError::NotAnOwner(_) => {
                log::error!("{self}");
                Status::InternalServerError
            }
        }
    }
}

/// Lets a handler use `?` on results of [`Sessions`](crate::Sessions). The status is 503 if the
/// store or a loader is not available, 403 for a request from another origin, otherwise 500.
impl<'r> Responder<'r, 'static> for SessionError {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        self.status().respond_to(request)
    }
}
