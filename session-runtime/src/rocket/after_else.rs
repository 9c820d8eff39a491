//! The body of a request whose handler may require something: it is read only
//! once nothing is missing.

use std::fmt;

use rocket::data::{self, Data, FromData};
use rocket::http::Status;
use rocket::outcome::Outcome;
use rocket::request::Request;

use super::cached;
use crate::schema::{Missing, Schema};
use crate::session::Session;

/// The data guard of a handler whose schema may require something: the guard
/// `D` that the handler declares, or what is missing. Rocket runs data guards
/// last, so here nothing but the `else` can come before the body.
///
/// Rocket's log names this type, and its launch checks look into it: it is a
/// plain generic type, with the handler's own guard first and no [`Sentinel`]
/// of its own, which would stand in the way of `D`'s.
///
/// [`Sentinel`]: rocket::Sentinel
pub struct AfterElse<D, S>(Result<(Session<S>, D), Missing>);

impl<D, S> AfterElse<D, S> {
    /// The session as it was before the body was read, so that a data guard
    /// which clears it takes nothing away from the handler, and the body.
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
            // Unreachable: the handler's session guard runs before its data guard.
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

/// What the name of the body's parameter stands for in an `else`. The macro
/// finds it there and says why it cannot be used; this is for the names in
/// format strings, which it does not see.
#[allow(missing_debug_implementations, reason = "`{form:?}` is to be an error as well")]
pub struct BodyNotReadYet;
