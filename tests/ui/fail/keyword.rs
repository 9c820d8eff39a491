//! A keyword is no name of a method.

use session_runtime::prelude::*;

#[session(type: String)]
pub struct Type;

#[session(self: String)]
pub struct Own;

#[session(_: String)]
pub struct Underscore;

fn main() {}
