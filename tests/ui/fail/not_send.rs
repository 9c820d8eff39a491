//! A type that stays on its thread.

use session_runtime::prelude::*;
use std::cell::Cell;

#[session(last: Cell<u32>, username: String)]
pub struct Visitor;

fn main() {}
