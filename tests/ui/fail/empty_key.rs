//! A stored name without a character.

use session_runtime::prelude::*;

#[session(#[key("")] username: String)]
pub struct Visitor;

fn main() {}
