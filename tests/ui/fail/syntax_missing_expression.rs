//! `=` and `else` without what follows them.

use session_runtime::prelude::*;

#[session(visits: u32 =, theme: String)]
pub struct Default;

#[session(username: String else, theme: String)]
pub struct Else;

#[session(visits: u32 =)]
pub struct Last;

fn main() {}
