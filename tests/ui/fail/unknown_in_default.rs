//! A default that names what is not there.

use session_runtime::prelude::*;

#[session(visits: u32 = START)]
pub struct Visitor;

fn main() {}
