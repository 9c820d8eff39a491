//! The default of a type that is not named is not a second mistake.

use session_runtime::prelude::*;

#[session(visits: _ = 0)]
pub struct Visitor;

fn main() {}
