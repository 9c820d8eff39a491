//! The default of a borrowed type is not a second mistake.

use session_runtime::prelude::*;

#[session(theme: &'static str = "light")]
pub struct Visitor;

fn main() {}
