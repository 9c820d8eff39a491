//! A field has a default or an `else`, not both.

use session_runtime::prelude::*;

#[session(username: String = "x".into() else rocket::http::Status::Unauthorized)]
pub struct Both;

fn main() {}
