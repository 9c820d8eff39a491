//! The default of an `Option` is not a second mistake.

use session_runtime::prelude::*;

#[session(username: Option<String> = None)]
pub struct Visitor;

fn main() {}
