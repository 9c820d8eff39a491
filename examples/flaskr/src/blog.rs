//! The posts: everybody reads them, and their authors change them.

use rocket::form::{Contextual, Form, FromForm};
use rocket::http::Status;
use rocket::response::{Redirect, status::NotFound};
use rocket::{Either, get, post, uri};
use session_runtime::prelude::*;
use session_runtime::templates::{Rendered, context};

use crate::auth::{Guest, Member};
use crate::db::{Db, Post, User};
use crate::error::{Error, Result};

#[derive(FromForm)]
pub(crate) struct Draft<'r> {
    #[field(validate = len(1..).or_else(msg!("Title is required.")))]
    title: &'r str,
    body: &'r str,
}

#[get("/")]
pub(crate) async fn index(session: Session<Guest>, db: &Db) -> Result<Rendered> {
    let posts = sqlx::query_as(
        "SELECT p.id, title, body, date(created) AS created, author_id, username \
         FROM post p JOIN user u ON p.author_id = u.id ORDER BY p.created DESC, p.id DESC",
    );
    let posts: Vec<Post> = posts.fetch_all(&**db).await?;
    Ok(session.render("index", context! { posts }))
}

#[session(..Member)]
#[get("/create")]
pub(crate) fn create(session: Session) -> Rendered {
    session.render("create", ())
}

#[session(..Member)]
#[post("/create", data = "<form>")]
pub(crate) async fn save_new(
    form: Form<Contextual<'_, Draft<'_>>>,
    session: Session,
    db: &Db,
) -> Result<Either<Redirect, Rendered>> {
    let Some(Draft { title, body }) = form.value else {
        session.keep_input(&form.context);
        return Ok(Either::Right(session.render("create", ())));
    };
    let post = sqlx::query("INSERT INTO post (title, body, author_id) VALUES (?, ?, ?)");
    post.bind(title).bind(body).bind(session.user().id).execute(&**db).await?;
    Ok(Either::Left(Redirect::to(uri!(index))))
}

/// The post, if it is the user's.
async fn own_post(id: i64, user: &User, db: &Db) -> Result<Post> {
    let post = sqlx::query_as(
        "SELECT p.id, title, body, date(created) AS created, author_id, username \
         FROM post p JOIN user u ON p.author_id = u.id WHERE p.id = ?",
    );
    let post: Option<Post> = post.bind(id).fetch_optional(&**db).await?;
    match post {
        None => Err(Error::Missing(NotFound(format!("Post id {id} doesn't exist.")))),
        Some(post) if post.author_id != user.id => Err(Error::Refused(Status::Forbidden)),
        Some(post) => Ok(post),
    }
}

#[session(..Member)]
#[get("/<id>/update")]
pub(crate) async fn update(id: i64, session: Session, db: &Db) -> Result<Rendered> {
    let post = own_post(id, session.user(), db).await?;
    Ok(session.render("update", context! { post }))
}

#[session(..Member)]
#[post("/<id>/update", data = "<form>")]
pub(crate) async fn save(
    id: i64,
    form: Form<Contextual<'_, Draft<'_>>>,
    session: Session,
    db: &Db,
) -> Result<Either<Redirect, Rendered>> {
    let post = own_post(id, session.user(), db).await?;
    let Some(Draft { title, body }) = form.value else {
        session.keep_input(&form.context);
        return Ok(Either::Right(session.render("update", context! { post })));
    };
    let post = sqlx::query("UPDATE post SET title = ?, body = ? WHERE id = ?");
    post.bind(title).bind(body).bind(id).execute(&**db).await?;
    Ok(Either::Left(Redirect::to(uri!(index))))
}

#[session(..Member)]
#[post("/<id>/delete")]
pub(crate) async fn delete(id: i64, session: Session, db: &Db) -> Result<Redirect> {
    own_post(id, session.user(), db).await?;
    sqlx::query("DELETE FROM post WHERE id = ?").bind(id).execute(&**db).await?;
    Ok(Redirect::to(uri!(index)))
}
