//! Templates that see the session, with Tera, Handlebars or MiniJinja.
//!
//! Enable the engine as a feature of this crate: `tera`, `handlebars` or `minijinja`.
//! They are those of [`rocket_dyn_templates`], which finds the templates: the folder
//! `templates`, or the configuration's `template_dir`.
//!
//! ```
//! # // Attached here, and not launched: there are no templates.
//! use rocket::{get, post, routes, uri};
//! use rocket::response::Redirect;
//! use session_runtime::prelude::*;
//! use session_runtime::templates::{self, Rendered, context};
//!
//! #[session(username: String, theme: String = "light".into(), flash(success, error))]
//! pub struct Visitor;
//!
//! #[get("/")]
//! fn index(session: Session<Visitor>) -> Rendered {
//!     let teas = ["Sencha", "Assam"];
//!     session.render("index", context! { teas })
//! }
//!
//! #[post("/logout")]
//! fn logout(session: Session<Visitor>) -> Redirect {
//!     session.clear();
//!     session.flash_success("You are signed out.");
//!     Redirect::to(uri!(index))
//! }
//!
//! let rocket = rocket::build()
//!     .attach(Sessions::fairing())
//!     .attach(templates::fairing())
//!     .mount("/", routes![index, logout]);
//! # drop(rocket);
//! ```
//!
//! `templates/index.html.j2`, for MiniJinja:
//!
//! ```jinja
//! <body class="{{ session.theme }}">
//! {% if session.username %}<p>Hello {{ session.username }}</p>{% endif %}
//! {% for category, message in get_flashed_messages(with_categories=true) %}
//!   <p class="{{ category }}">{{ message }}</p>
//! {% endfor %}
//! {% for tea in teas %}<p>{{ tea }}</p>{% endfor %}
//! ```
//!
//! # What the template sees
//!
//! `session` has the fields that the handler's schema declares, by their names in the
//! code, if they have a value or a default at the time of `render`. [Loaded
//! fields](crate::FromSession) are in it if their type is `Serialize`. The bare
//! `Session`, without a schema, shows all fields of the application. A `session` in the
//! handler's own context replaces this one, as a whole.
//!
//! `get_flashed_messages` is Flask's. The messages count as shown when the template asks
//! for them, and not before: with `category_filter`, only those of these categories. A
//! text as the filter is one category.
//!
//! | | |
//! |---|---|
//! | MiniJinja | `get_flashed_messages(with_categories=true, category_filter=["error"])` |
//! | Tera | `get_flashed_messages(with_categories=true, category_filter=["error"])` |
//! | Handlebars | `(get_flashed_messages with_categories=true category_filter=["error"])` |
//!
//! With categories each message is a pair. MiniJinja takes it apart
//! (`for category, message in …`); Tera writes `{{ m.0 }}` and `{{ m.1 }}`, and
//! Handlebars `{{this.[0]}}` and `{{this.[1]}}`, in
//! `{{#each (get_flashed_messages with_categories=true)}}`.
//!
//! `old("username")` is what a visitor typed into a form that was wrong, and
//! `errors("username")` a list of what was wrong with it, if the handler of the form
//! called [`keep_input`](Session::keep_input). Both are shown once, like messages. Nothing
//! was typed if nobody sent the form: then `old` writes nothing. Tera names the argument,
//! `old(field="username")`; Handlebars writes `{{old "username"}}` and
//! `{{#each (errors "username")}}`.
//!
//! The engine escapes what it writes, as always: Tera and MiniJinja in files such as
//! `index.html.tera` and `index.html.j2`, Handlebars everywhere.
//!
//! In Tera, a name that is absent is an error where it is written: say
//! `{{ session.username | default(value="") }}`. `{% if session.username %}` needs
//! nothing.
//!
//! # Where it works
//!
//! In handlers, in catchers, and in an `else`. An application's own methods on a schema
//! can call `self.render(…)` as well. A template that is not rendered by a session, but
//! with `Template::render`, can call the functions; they answer with nothing, and the
//! log has an error. For such a template, pass the session itself, which is `Serialize`:
//! `context! { session }`.

#[cfg(feature = "handlebars")]
mod handlebars;
#[cfg(feature = "minijinja")]
mod minijinja;
#[cfg(feature = "tera")]
mod tera;

mod functions;
mod rendered;

use std::borrow::Cow;

use rocket::fairing::Fairing;
#[doc(no_inline)]
pub use rocket_dyn_templates::{Engines, Template, context};
use serde::Serialize;

pub use self::rendered::Rendered;
use crate::schema::AnySession;
use crate::session::Session;

/// The fairing of [`rocket_dyn_templates`], with the session's functions. Attach it
/// instead of `Template::fairing()`.
///
/// The launch check cannot tell two applications of one process apart: if one has the
/// functions, it does not miss them in the other.
///
/// ```
/// use session_runtime::prelude::*;
/// use session_runtime::templates;
///
/// let rocket = rocket::build().attach(Sessions::fairing()).attach(templates::fairing());
/// # drop(rocket);
/// ```
pub fn fairing() -> impl Fairing {
    Template::custom(register)
}

/// Adds the session's functions, for an application that customizes its engines.
///
/// ```
/// use session_runtime::templates::{self, Template};
///
/// let rocket = rocket::build().attach(Template::custom(|engines| {
///     templates::register(engines);
///     // … and filters of your own
/// }));
/// # drop(rocket);
/// ```
pub fn register(engines: &mut Engines) {
    #[cfg(feature = "tera")]
    tera::register(&mut engines.tera);
    #[cfg(feature = "handlebars")]
    handlebars::register(&mut engines.handlebars);
    #[cfg(feature = "minijinja")]
    minijinja::register(&mut engines.minijinja);
    rendered::registered();
}

impl<S> Session<S> {
    /// Renders a template that sees the session: its fields as `session`, and its
    /// messages with `get_flashed_messages`. See [`templates`](crate::templates).
    ///
    /// ```
    /// use session_runtime::prelude::*;
    /// use session_runtime::templates::{Rendered, context};
    ///
    /// #[session(username: String, flash(error))]
    /// #[rocket::get("/")]
    /// fn index(session: Session) -> Rendered {
    ///     session.render("index", context! { title: "Teas" })
    /// }
    /// ```
    ///
    /// The context is anything that serializes with names: `context! { … }`, a struct, a
    /// map, or `()`.
    #[must_use = "it is a response"]
    pub fn render(&self, name: impl Into<Cow<'static, str>>, context: impl Serialize) -> Rendered {
        self.any().render(name, context)
    }
}

impl AnySession {
    /// Renders a template that sees the session. More at [`Session::render`].
    #[must_use = "it is a response"]
    pub fn render(&self, name: impl Into<Cow<'static, str>>, context: impl Serialize) -> Rendered {
        // As JSON first, because the engines' own way refuses numbers as keys of a map.
        Rendered::new(self, name.into(), serde_json::to_value(context))
    }
}
