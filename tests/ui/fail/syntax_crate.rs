//! `crate` is given a path.

use session_runtime::prelude::*;

#[session(crate = , username: String)]
pub struct Missing;

#[session(crate = "session_runtime", username: String)]
pub struct Text;

fn main() {}
