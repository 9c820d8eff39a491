//! A type that is named in part.

use session_runtime::prelude::*;

#[session(cart: Vec<_> = vec![1])]
pub struct Visitor;

fn main() {}
