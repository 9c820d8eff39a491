//! The runtime has one name.

use session_runtime::prelude::*;

#[session(crate = session_runtime, crate = ::session_runtime, username: String)]
pub struct Visitor;

fn main() {}
