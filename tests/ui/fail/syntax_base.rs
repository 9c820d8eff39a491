//! A base is a path.

use session_runtime::prelude::*;

#[session(..)]
pub struct Nothing;

#[session(.., username: String)]
pub struct Missing;

#[session(..Base<u32>)]
pub struct Generic;

fn main() {}
