//! Who the visitor is: signing in and out, and a page for members.

use rocket::form::{Contextual, Form, FromForm};
use rocket::http::uri::Origin;
use rocket::response::Redirect;
use rocket::{get, post, uri};
use session_runtime::prelude::*;
use session_runtime::templates::{Rendered, context};

use crate::form::filled;
use crate::schema::Visitor;
use crate::shop;

/// The most characters of a name.
const USERNAME: usize = 30;

#[get("/sign-in")]
pub(crate) fn form(session: Session<Visitor>) -> Rendered {
    session.render("sign_in", context! { most: USERNAME })
}

/// A name is enough: this shop has no passwords.
#[derive(FromForm)]
pub(crate) struct SignIn<'r> {
    #[field(validate = filled("your name", USERNAME))]
    username: &'r str,
    remember: bool,
}

#[post("/sign-in", data = "<form>")]
pub(crate) fn sign_in(
    session: Session<Visitor>,
    form: Form<Contextual<'_, SignIn<'_>>>,
) -> Redirect {
    let Some(SignIn { username, remember }) = form.value else {
        session.keep_input(&form.context);
        return Redirect::to(uri!(form));
    };
    let username = username.trim();
    // Whoever knows the session from before the sign-in must not share the member's.
    session.renew();
    session.set_username(username);
    session.set_permanent(remember);
    session.flash_success(format!("Welcome, {username}!"));
    match session.take_wanted() {
        Some(path) => Redirect::to(path),
        None => Redirect::to(uri!(shop::index)),
    }
}

/// A POST: a link or an image on another site must not sign anybody out.
#[post("/sign-out")]
pub(crate) fn sign_out(session: Session<Visitor>) -> Redirect {
    let theme = session.take_theme();
    session.clear();
    // What is written now belongs to a new session. The pages look as before.
    if let Some(theme) = theme {
        session.set_theme(theme);
    }
    session.flash_info("You are signed out.");
    Redirect::to(uri!(shop::index))
}

#[session(..Visitor, username: String else sign_in_first(&session, &uri!(members)))]
#[get("/members")]
pub(crate) fn members(session: Session) -> Rendered {
    session.render("members", context! { remembered: session.is_permanent() })
}

/// Asks a visitor to sign in, and leads them back to `wanted` afterwards.
fn sign_in_first(visitor: &Visitor, wanted: &Origin<'_>) -> Redirect {
    visitor.flash_info("Please sign in first.");
    visitor.set_wanted(wanted.to_string());
    Redirect::to(uri!(form))
}
