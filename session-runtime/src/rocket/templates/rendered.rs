//! A template that was rendered by a session.

use std::borrow::Cow;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};

use rocket::http::Status;
use rocket::response::{self, Responder};
use rocket::{Ignite, Request, Rocket, Sentinel};
use rocket_dyn_templates::Template;
use serde_json::{Map, Value};

use crate::schema::{AnySession, Plain};

/// Whether an application of this process has the functions. Engines are made before
/// the launch check, and the callback that makes them sees nothing else.
static REGISTERED: AtomicBool = AtomicBool::new(false);

const NOT_REGISTERED: &str = "A handler returns `Rendered`, and templates cannot call the \
     session's functions. Type `.attach(templates::fairing())` in place of \
     `Template::fairing()`, or `templates::register(engines)` into your \
     `Template::custom(|engines| …)`.";

tokio::task_local! {
    /// The session of the template that this task is rendering.
    static RENDERING: AnySession;
}

/// Calls `look` with the session whose template is being rendered, if any.
pub(super) fn with_session<T>(look: impl FnOnce(&AnySession) -> T) -> Option<T> {
    RENDERING.try_with(look).ok()
}

/// Remembers that there are engines with the functions.
pub(super) fn registered() {
    REGISTERED.store(true, Ordering::Relaxed);
}

/// The response of `session.render(…)`: a template that sees the session.
///
/// The template runs when Rocket asks for the response, after the handler. It may be
/// part of another one, as in `(Status, Rendered)` or `Result<Rendered, Error>`. If it
/// cannot be rendered, the response is a 500 that leaves the messages for the next page,
/// and the log has the reason.
pub struct Rendered {
    session: AnySession,
    /// Or why it has no context.
    template: Result<Template, String>,
}

impl Rendered {
    pub(super) fn new(
        session: &AnySession,
        name: Cow<'static, str>,
        context: Result<Value, serde_json::Error>,
    ) -> Rendered {
        let context = match context {
            Ok(Value::Object(context)) => Ok(context),
            Ok(Value::Null) => Ok(Map::new()),
            Ok(_) => Err(format!(
                "The context of the template `{name}` has no names. Pass a struct, a map, or \
                 `context! {{ … }}`."
            )),
            Err(error) => {
                Err(format!("The context of the template `{name}` cannot be serialized: {error}."))
            }
        };
        let template = context.map(|mut context| {
            let own = || session.fields_for_templates().into();
            context.entry("session").or_insert_with(own);
            Template::render(name, Plain(&context.into()))
        });
        Rendered { session: session.another(), template }
    }
}

impl fmt::Debug for Rendered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Rendered(…)")
    }
}

impl<'r> Responder<'r, 'static> for Rendered {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        let Rendered { session, template } = self;
        // The launch check does not see catchers and the responses of an `else`.
        let registered = match REGISTERED.load(Ordering::Relaxed) {
            true => template,
            false => Err(NOT_REGISTERED.to_owned()),
        };
        let template = registered.map_err(|why| {
            log::error!("{why}");
            Status::InternalServerError
        })?;
        RENDERING.sync_scope(session, || template.respond_to(request))
    }
}

impl Sentinel for Rendered {
    fn abort(rocket: &Rocket<Ignite>) -> bool {
        let missing = !REGISTERED.load(Ordering::Relaxed) || Template::abort(rocket);
        if missing {
            log::error!("{NOT_REGISTERED}");
        }
        missing
    }
}
