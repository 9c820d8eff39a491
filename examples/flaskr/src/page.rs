//! What every page shows beside its own content: who is signed in, and the messages.

use rocket::Request;
use rocket::request::{FromRequest, Outcome};
use rocket::serde::Serialize;
use rocket_dyn_templates::{Template, context};
use session_runtime::prelude::*;

use crate::auth::Guest;

pub(crate) struct Page(Session<Guest>);

impl Page {
    pub(crate) fn render(&self, name: &'static str, page: impl Serialize) -> Template {
        Template::render(name, context! { user: self.0.user(), flashes: self.0.flashes(), page })
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Page {
    type Error = SessionError;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Page, SessionError> {
        request.guard::<Session<Guest>>().await.map(Page)
    }
}
