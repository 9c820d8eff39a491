//! Who the visitor is: register, sign in, sign out.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use rocket::form::{Contextual, Form, FromForm};
use rocket::response::Redirect;
use rocket::tokio::task::spawn_blocking;
use rocket::{Either, get, post, uri};
use session_runtime::prelude::*;
use session_runtime::templates::Rendered;

use crate::db::{Db, User};
use crate::error::Result;

/// What the blog remembers of a visitor.
#[session(#[owner] user_id: i64, flash(error, success))]
pub(crate) struct Visitor;

/// Perhaps somebody is signed in.
#[session(..Visitor, user: User from user_id)]
pub(crate) struct Guest;

/// Somebody is signed in. The others are asked to.
#[session(..Visitor, user: User from user_id else Redirect::to(uri!(login)))]
pub(crate) struct Member;

#[derive(FromForm)]
pub(crate) struct Credentials<'r> {
    #[field(validate = len(1..).or_else(msg!("Username is required.")))]
    username: &'r str,
    #[field(validate = len(1..).or_else(msg!("Password is required.")))]
    password: &'r str,
}

#[get("/auth/register")]
pub(crate) fn register(session: Session<Guest>) -> Rendered {
    session.render("register", ())
}

#[post("/auth/register", data = "<form>")]
pub(crate) async fn save_user(
    form: Form<Contextual<'_, Credentials<'_>>>,
    session: Session<Guest>,
    db: &Db,
) -> Result<Either<Redirect, Rendered>> {
    if let Some(Credentials { username, password }) = form.value {
        let user = sqlx::query("INSERT INTO user (username, password) VALUES (?, ?)");
        match user.bind(username).bind(hash(password).await).execute(&**db).await {
            Ok(_) => return Ok(Either::Left(Redirect::to(uri!(login)))),
            Err(sqlx::Error::Database(error)) if error.is_unique_violation() => {
                session.flash_error(format!("User {username} is already registered."));
            }
            Err(error) => return Err(error.into()),
        }
    }
    session.keep_input(&form.context);
    Ok(Either::Right(session.render("register", ())))
}

#[get("/auth/login")]
pub(crate) fn login(session: Session<Guest>) -> Rendered {
    session.render("login", ())
}

#[post("/auth/login", data = "<form>")]
pub(crate) async fn log_in(
    form: Form<Contextual<'_, Credentials<'_>>>,
    session: Session<Guest>,
    db: &Db,
) -> Result<Either<Redirect, Rendered>> {
    if let Some(Credentials { username, password }) = form.value {
        let user = sqlx::query_as("SELECT id, password FROM user WHERE username = ?");
        let user: Option<(i64, String)> = user.bind(username).fetch_optional(&**db).await?;
        match user {
            None => session.flash_error("Incorrect username."),
            Some((_, hash)) if !matches(password, hash.clone()).await => {
                session.flash_error("Incorrect password.");
            }
            Some((id, _)) => {
                // Nothing of what somebody else left in this browser is carried over.
                session.clear();
                session.set_user_id(id);
                return Ok(Either::Left(Redirect::to(uri!(crate::blog::index))));
            }
        }
    }
    session.keep_input(&form.context);
    Ok(Either::Right(session.render("login", ())))
}

/// A POST: an image on another site must not sign anybody out.
#[post("/auth/logout")]
pub(crate) fn logout(session: Session<Visitor>) -> Redirect {
    session.clear();
    Redirect::to(uri!(crate::blog::index))
}

/// A password is slow to hash on purpose, so other requests must not wait for it.
pub(crate) async fn hash(password: &str) -> String {
    let password = password.to_owned();
    let hash = spawn_blocking(move || Argon2::default().hash_password(password.as_bytes()));
    hash.await.expect("hashing does not panic").expect("a password that fits").to_string()
}

/// Whether it is the password of this hash.
pub(crate) async fn matches(password: &str, hash: String) -> bool {
    let password = password.to_owned();
    let check = spawn_blocking(move || {
        let hash = PasswordHash::new(&hash).expect("the database has what `hash` returned");
        Argon2::default().verify_password(password.as_bytes(), &hash).is_ok()
    });
    check.await.expect("hashing does not panic")
}
