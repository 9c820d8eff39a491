//! Where a user is signed in, and the password.

use std::time::UNIX_EPOCH;

use rocket::form::{Form, FromForm};
use rocket::response::Redirect;
use rocket::{get, post, uri};
use session_runtime::SessionId;
use session_runtime::prelude::*;
use session_runtime::templates::{Rendered, context};

use crate::auth::{Member, hash, matches};
use crate::db::Db;
use crate::error::Result;

#[session(..Member)]
#[get("/account")]
pub(crate) async fn show(session: Session, sessions: &Sessions) -> Result<Rendered> {
    let devices = sessions.list(&session.user().id, &session).await?;
    let now = UNIX_EPOCH.elapsed().unwrap_or_default().as_secs();
    Ok(session.render("account", context! { devices, now }))
}

#[session(..Member)]
#[post("/account/devices/<id>/sign-out")]
pub(crate) async fn sign_out(
    id: SessionId,
    session: Session,
    sessions: &Sessions,
) -> Result<Redirect> {
    if id.is_of(&session) {
        session.clear();
    } else {
        sessions.end_one(&session.user().id, id).await?;
    }
    Ok(Redirect::to(uri!(show)))
}

#[session(..Member)]
#[post("/account/devices/sign-out-others")]
pub(crate) async fn sign_out_others(session: Session, sessions: &Sessions) -> Result<Redirect> {
    sessions.end_others(&session.user().id, &session).await?;
    Ok(Redirect::to(uri!(show)))
}

#[derive(FromForm)]
pub(crate) struct Passwords<'r> {
    old: &'r str,
    new: &'r str,
}

/// Whoever knew the old password may be signed in elsewhere, so the others are ended.
#[session(..Member)]
#[post("/account/password", data = "<form>")]
pub(crate) async fn change_password(
    form: Form<Passwords<'_>>,
    session: Session,
    sessions: &Sessions,
    db: &Db,
) -> Result<Redirect> {
    let id = session.user().id;
    let old = sqlx::query_scalar("SELECT password FROM user WHERE id = ?").bind(id);
    if form.new.is_empty() {
        session.flash_error("Password is required.");
    } else if !matches(form.old, old.fetch_one(&**db).await?).await {
        session.flash_error("Incorrect password.");
    } else {
        let user = sqlx::query("UPDATE user SET password = ? WHERE id = ?");
        user.bind(hash(form.new).await).bind(id).execute(&**db).await?;
        sessions.end_others(&id, &session).await?;
        session.renew();
        session.flash_success("Your password was changed, and your other devices are signed out.");
    }
    Ok(Redirect::to(uri!(show)))
}
