//! Reads a request's body only after no field with `else` was found missing.

use std::fmt;

use rocket::data::{self, Data, FromData};
use rocket::http::Status;
use rocket::outcome::Outcome;
use rocket::request::Request;

use super::cached;
use crate::schema::{Missing, Schema};
use crate::session::Session;

/// The data guard of a handler whose schema may require fields: the handler's own
/// guard `D`, or the missing field. Rocket runs data guards last, so only the
/// `else` comes before the body.
///
/// This type appears in Rocket's log, and Rocket's launch checks look for
/// sentinels inside it. It is therefore a plain generic type with `D` first. It
/// is not a [`Sentinel`] itself, which would hide that of `D`.
///
/// [`Sentinel`]: rocket::Sentinel
pub struct AfterElse<D, S>(Result<(Session<S>, D), Missing>);

impl<D, S> AfterElse<D, S> {
    /// The session, and the body. The session was opened before the body was read, so
    /// the handler has its required fields even if a data guard clears the session.
    pub fn open(self) -> Result<(Session<S>, D), Missing> {
        self.0
    }
}

impl<D, S> fmt::Debug for AfterElse<D, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AfterElse(…)")
    }
}

#[rocket::async_trait]
impl<'r, D: FromData<'r>, S: Schema> FromData<'r> for AfterElse<D, S> {
    type Error = D::Error;

    async fn from_data(request: &'r Request<'_>, data: Data<'r>) -> data::Outcome<'r, Self> {
        let Some(session) = cached::existing(request) else {
            // Unreachable, because the session guard runs before the data guard.
            return Outcome::Forward((data, Status::InternalServerError));
        };
        let session = match Session::open_proven(&session.handle) {
            Ok(session) => session,
            Err(missing) => return Outcome::Success(AfterElse(Err(missing))),
        };
        let body = D::from_data(request, data).await;
        body.map(|body| AfterElse(Ok((session, body))))
    }
}

/// The value of the body's parameter in an `else`. The macro reports uses of the
/// parameter there, but does not see those in format strings. This type makes
/// them an error.
#[allow(missing_debug_implementations, reason = "`{form:?}` is to be an error as well")]
pub struct BodyNotReadYet;
