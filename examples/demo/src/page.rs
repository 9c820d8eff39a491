//! What every page shows beside its own content.

use rocket::Request;
use rocket::http::uri::Origin;
use rocket::outcome::try_outcome;
use rocket::request::{FromRequest, Outcome};
use rocket::serde::Serialize;
use rocket_dyn_templates::{Template, context};
use session_runtime::prelude::*;
use session_runtime::{Flash, Schema, SessionError};

use crate::schema::Visitor;

/// Renders the request's page: its content, and around it the visitor's name,
/// theme, cart and messages.
///
/// It has its own handle on the request's session, so it shows what the handler
/// has just written, whatever schema the handler uses.
pub(crate) struct Page<'r> {
    session: Session<Visitor>,
    path: &'r Origin<'r>,
}

impl<'r> Page<'r> {
    /// For catchers, which have no guards.
    pub(crate) fn new<S: Schema>(session: &Session<S>, request: &'r Request<'_>) -> Self {
        Page { session: session.view(), path: request.uri() }
    }

    /// The page, with the messages that wait.
    pub(crate) fn render(&self, name: &'static str, content: impl Serialize) -> Template {
        // Not earlier: if the handler redirects, nobody has seen them.
        self.render_with(name, content, &self.session.flashes())
    }

    /// The page without messages, for answers that the visitor may not see,
    /// such as the 404 for an image. The messages go on waiting.
    pub(crate) fn render_silently(&self, name: &'static str, content: impl Serialize) -> Template {
        self.render_with(name, content, &[])
    }

    fn render_with(
        &self,
        name: &'static str,
        content: impl Serialize,
        flashes: &[Flash],
    ) -> Template {
        let pieces = self.session.cart().iter().map(|line| u32::from(line.quantity.get()));
        let visitor = context! {
            username: self.session.username(),
            theme: self.session.theme(),
            pieces: pieces.sum::<u32>(),
        };
        let path = self.path.to_string();
        Template::render(name, context! { visitor, flashes, path, page: content })
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Page<'r> {
    type Error = SessionError;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, SessionError> {
        let session = try_outcome!(request.guard::<Session<Visitor>>().await);
        Outcome::Success(Page { session, path: request.uri() })
    }
}
