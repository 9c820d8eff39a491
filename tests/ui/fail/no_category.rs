//! `flash` without categories.

use session_runtime::prelude::*;

#[session(username: String, flash())]
pub struct Visitor;

fn main() {}
