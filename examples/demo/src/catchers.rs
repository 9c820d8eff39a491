//! Pages for what went wrong. Catchers have a session too.

use rocket::http::Status;
use rocket::{Request, catch};
use session_runtime::prelude::*;
use session_runtime::templates::{Rendered, context};

use crate::schema::Visitor;

#[session(..Visitor)]
#[catch(404)]
pub(crate) fn not_found(session: Session, request: &Request<'_>) -> Rendered {
    session.render("not_found", context! { path: request.uri() })
}

#[session(..Visitor)]
#[catch(default)]
pub(crate) fn any_other(status: Status, session: Session, request: &Request<'_>) -> Rendered {
    let (code, reason) = (status.code, status.reason_lossy());
    session.render("error", context! { code, reason, path: request.uri() })
}
