//! A type that is not named.

use session_runtime::prelude::*;

#[session(visits: _, shown: impl ToString)]
pub struct Visitor;

fn main() {}
