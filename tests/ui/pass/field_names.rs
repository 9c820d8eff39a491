//! Fields may have the names of the generated code's own variables, of the
//! untyped verbs, of traits' methods, and of keywords.
#![deny(warnings, missing_docs, nonstandard_style)]

use rocket::local::blocking::Client;
use rocket::{get, routes};
#[allow(unused_imports)]
use session_runtime::Schema as _;
use session_runtime::prelude::*;

/// Each twice, as a field with a default and as one without.
#[session(
    value: u32, message: u32, session: u32, defaults: u32, base: u32, opened: u32, missing: u32,
    get: u32, set: u32, take: u32, remove: u32, contains: u32, keys: u32, flash_as: u32,
    deref: u32, clone: u32, drop: u32, fmt: u32, eq: u32, hash: u32,
    default: u32, from: u32, borrow: u32, to_owned: u32, to_string: u32, as_ref: u32, new: u32,
    type_id: u32, handle: u32, open: u32, refuse: u32, partial: u32, table: u32, key: u32,
    r#type: u32, r#match: u32, r#fn: u32, r#async: u32, r#move: u32, r#static: u32,
    _private: u32, a: u32, x1: u32, flash(r#type, message, get),
)]
pub struct Optional;

/// The same names with defaults.
#[session(
    value: u32 = 1, message: u32 = 2, session: u32 = 3, defaults: u32 = 4, base: u32 = 5,
    deref: u32 = 6, clone: u32 = 7, drop: u32 = 8, handle: u32 = 9, open: u32 = 10,
    r#type: u32 = 11, r#fn: u32 = 13, _private: u32 = 12,
)]
pub struct Default_;

#[session(
    handle: u32 else "handle", value: u32 else "value", r#type: u32 else "type",
    defaults: u32 else "defaults",
)]
#[get("/else")]
fn required(session: Session) -> String {
    format!("{}{}{}{}", session.handle(), session.value(), session.r#type(), session.defaults())
}

#[get("/optional")]
fn optional(session: Session<Optional>) -> String {
    session.set_type(1);
    session.set_handle(2);
    session.set_clone(3);
    session.set_keys(4);
    session.flash_type("x");
    format!(
        "{:?} {:?} {:?} {:?} {:?}",
        session.r#type(),
        session.handle(),
        session.clone(),
        session.keys(),
        session.take_type(),
    )
}

#[get("/default")]
fn default(mut session: Session<Default_>) -> String {
    *session.fn_mut() += 1;
    format!("{} {} {} {}", session.r#type(), session.handle(), session.open(), session.r#fn())
}

fn main() {
    let rocket = rocket::build()
        .attach(Sessions::fairing())
        .mount("/", routes![required, optional, default]);
    let client = Client::untracked(rocket).unwrap();
    let get = |uri| client.get(uri).dispatch().into_string().unwrap();
    assert_eq!(get("/optional"), "Some(1) Some(2) Some(3) Some(4) Some(1)");
    assert_eq!(get("/default"), "11 9 10 14");
    assert_eq!(get("/else"), "handle");
}
