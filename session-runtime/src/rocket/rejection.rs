//! The answer of an `else`.

use std::fmt;

use rocket::Request;
use rocket::http::Status;
use rocket::response::{self, Responder};

use crate::schema::{AnySession, Handle, Missing, Never, Schema};

/// A responder of any type, so that several `else` mix in one handler.
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

/// What may stand after `else`.
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

impl<'r, 'o: 'r> Responder<'r, 'o> for Rejection {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'o> {
        self.0.respond(request)
    }
}

impl fmt::Debug for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Rejection(…)")
    }
}

/// A schema with the answers of its `else` fields.
pub trait Refuse: Schema {
    /// The answer for the missing field.
    fn refuse(missing: Missing, handle: &Handle) -> Rejection;
}

impl Refuse for AnySession {
    /// The end of the line: a name that no schema of the chain declares.
    fn refuse(_: Missing, _: &Handle) -> Rejection {
        reject(Status::Unauthorized)
    }
}

/// What a handler returns: its own `R` if nothing is required of the session,
/// or `R` or the rejection.
pub trait Requirement {
    /// The handler's return type.
    type Out<R>;
    /// It ran.
    fn ran<R>(response: R) -> Self::Out<R>;
    /// What is missing.
    fn missing(&self) -> Missing;
    /// It did not run.
    fn refused<R>(self, answer: Rejection) -> Self::Out<R>;
}

impl Requirement for Never {
    type Out<R> = R;

    fn ran<R>(response: R) -> R {
        response
    }

    fn missing(&self) -> Missing {
        match *self {}
    }

    fn refused<R>(self, _: Rejection) -> R {
        match self {}
    }
}

impl Requirement for Missing {
    type Out<R> = Result<R, Rejection>;

    fn ran<R>(response: R) -> Result<R, Rejection> {
        Ok(response)
    }

    fn missing(&self) -> Missing {
        Missing(self.0)
    }

    fn refused<R>(self, answer: Rejection) -> Result<R, Rejection> {
        Err(answer)
    }
}
