//! An `else` is answered before the body is read, and does not see it.

use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{post, put};
use session_runtime::prelude::*;

#[derive(FromForm)]
struct Item<'r> {
    sku: &'r str,
}

#[session(username: String else (Status::Unauthorized, item.sku.to_owned()))]
#[post("/cart", data = "<item>")]
fn cart(session: Session, item: Form<Item<'_>>) -> String {
    format!("{} {}", session.username(), item.sku)
}

#[session(
    username: String else Status::Unauthorized,
    admin: bool else format!("{} may not write {:?}", session.username().unwrap_or(""), r#text),
)]
#[put("/<id>", data = "<text>")]
fn write(id: u32, session: Session, text: String) -> String {
    format!("{} {id} {text}", session.username())
}

fn main() {}
