//! Two fields, one stored name.

use session_runtime::prelude::*;

#[session(username: String, #[key("username")] email: String)]
pub struct Visitor;

fn main() {}
