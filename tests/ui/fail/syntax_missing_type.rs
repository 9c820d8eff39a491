//! A field without a type: each is reported, on its name. A schema's name is taken for
//! one to extend.

use session_runtime::prelude::*;

#[session(username, visits = 0, email else rocket::http::Status::Unauthorized, theme: String)]
pub struct Visitor;

#[session(token String)]
pub struct Colon;

#[session(Colon, flash(success))]
pub struct Dots;

fn main() {}
