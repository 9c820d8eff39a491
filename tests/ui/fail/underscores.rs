//! A name of the macro's own.

use session_runtime::prelude::*;

#[session(__username: String)]
pub struct Visitor;

fn main() {}
