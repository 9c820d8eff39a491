//! A type that is not there.

use session_runtime::prelude::*;

#[session(cart: Vec<Itme>, username: String)]
pub struct Visitor;

fn main() {}
