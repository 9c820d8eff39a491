//! One attribute on one schema.

use session_runtime::prelude::*;

#[session(username: String)]
#[session(theme: String)]
pub struct Visitor;

fn main() {}
