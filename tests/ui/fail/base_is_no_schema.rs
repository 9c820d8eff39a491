//! A base that is something else.

use session_runtime::prelude::*;

pub struct Visitor;

#[session(..Visitor, theme: String)]
pub struct Derived;

fn main() {}
