//! Pages for what went wrong. Catchers have a session too.

use rocket::http::Status;
use rocket::{Request, catch};
use rocket_dyn_templates::{Template, context};
use session_runtime::prelude::*;

use crate::page::Page;
use crate::schema::Visitor;

#[session(..Visitor)]
#[catch(404)]
pub(crate) fn not_found(session: Session, request: &Request<'_>) -> Template {
    let name = session.username().unwrap_or("stranger");
    Page::new(&session, request).render_silently("not_found", context! { name })
}

#[session(..Visitor)]
#[catch(default)]
pub(crate) fn any_other(status: Status, session: Session, request: &Request<'_>) -> Template {
    let content = context! { code: status.code, reason: status.reason_lossy() };
    Page::new(&session, request).render_silently("error", content)
}
