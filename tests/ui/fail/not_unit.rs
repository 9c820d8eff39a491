//! The fields are in the attribute.

use session_runtime::prelude::*;

#[session(username: String)]
pub struct Named {
    username: String,
}

#[session(username: String)]
pub struct Tuple(String);

fn main() {}
