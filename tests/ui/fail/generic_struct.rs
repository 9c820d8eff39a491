//! A schema is one set of fields.

use session_runtime::prelude::*;

#[session(username: String)]
pub struct Visitor<T>;

#[session(username: String)]
pub struct Lifetime<'a>;

fn main() {}
