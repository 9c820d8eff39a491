//! A field is optional already.

use session_runtime::prelude::*;

#[session(username: Option<String>, cart: std::option::Option<Vec<u32>>)]
pub struct Visitor;

fn main() {}
