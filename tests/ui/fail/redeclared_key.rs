//! A field of the base again, under another stored name.

use session_runtime::prelude::*;

#[session(#[key("name")] username: String)]
pub struct Visitor;

#[session(..Visitor, #[key("user")] username: String = "stranger".into())]
pub struct Derived;

fn main() {}
