//! The response of an `else`.

use std::fmt;

use rocket::Request;
use rocket::http::Status;
use rocket::response::{self, Responder};

use crate::schema::{AnySession, Generated, Handle};

/// A responder of any type, so that one handler can have several `else` responses.
pub struct Rejection(Box<dyn Respond>);

trait Respond: Send {
    fn respond(self: Box<Self>, request: &Request<'_>) -> response::Result<'static>;
}

impl<R> Respond for R
where
    R: for<'r> Responder<'r, 'static> + Send,
{
    fn respond(self: Box<Self>, request: &Request<'_>) -> response::Result<'static> {
        (*self).respond_to(request)
    }
}

/// An expression that may follow `else`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot answer a request",
    label = "the expression after `else` must be a `Responder<'_, 'static>`",
    note = "for example `else Redirect::to(\"/login\")`, `else Status::Unauthorized` or a `Template`"
)]
pub trait Answer: for<'r> Responder<'r, 'static> + Send + 'static {}

impl<R: for<'r> Responder<'r, 'static> + Send + 'static> Answer for R {}

/// Boxes the answer of an `else`.
pub fn reject<R: Answer>(answer: R) -> Rejection {
    Rejection(Box::new(answer))
}

impl fmt::Debug for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Rejection(…)")
    }
}

/// A schema with the answers of its `else` fields.
pub trait Refuse: Generated {
    /// The answer for the missing field.
    fn refuse(missing: &str, handle: &Handle) -> Rejection;
}

impl Refuse for AnySession {
    /// The end of the line: a name that no schema of the chain declares.
    fn refuse(_: &str, _: &Handle) -> Rejection {
        reject(Status::Unauthorized)
    }
}

/// What a handler returns that may not run: its own response `R`, or the answer
/// of an `else`. Rocket's log names it, and its launch checks look into it for
/// `R`'s.
#[derive(Debug)]
pub enum OrElse<R> {
    /// The handler ran.
    Ran(R),
    /// A field is missing.
    Refused(Rejection),
}

impl<'r, 'o: 'r, R: Responder<'r, 'o>> Responder<'r, 'o> for OrElse<R> {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'o> {
        match self {
            OrElse::Ran(response) => response.respond_to(request),
            OrElse::Refused(rejection) => rejection.0.respond(request),
        }
    }
}
