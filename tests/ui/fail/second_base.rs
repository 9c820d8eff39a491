//! A schema extends one other.

use session_runtime::prelude::*;

#[session(username: String)]
pub struct One;

#[session(visits: u32)]
pub struct Two;

#[session(..One, ..Two, theme: String)]
pub struct Both;

fn main() {}
