//! A stored name that is not written as one.

use session_runtime::prelude::*;

#[session(#[key = "name"] username: String)]
pub struct Equals;

#[session(#[key(name)] username: String)]
pub struct Word;

#[session(#[key] username: String)]
pub struct Nothing;

#[session(#[key("a", "b")] username: String)]
pub struct Two;

fn main() {}
