//! Documentation and a stored name of nothing.

use session_runtime::prelude::*;

#[session(
    username: String,
    /// Nothing follows.
)]
pub struct Docs;

#[session(#[key("name")])]
pub struct Key;

fn main() {}
