//! A field has no visibility of its own: the methods have the schema's.

use session_runtime::prelude::*;

#[session(pub username: String)]
pub struct Visitor;

fn main() {}
