//! A broken entry ends at its comma, not at one inside `<…>`.

use session_runtime::prelude::*;
use std::collections::HashMap;

#[session(cart HashMap<String, u32>, username: Option<String>)]
pub struct Visitor;

fn main() {}
