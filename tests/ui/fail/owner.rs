//! One field says whose session it is, and nothing stands beside the word.

use session_runtime::prelude::*;

#[session(#[owner] username: String, #[owner] email: String)]
struct Two;

#[session(#[owner] #[owner] username: String)]
struct Twice;

#[session(#[owner(unique)] username: String, #[owner = "x"] email: String)]
struct More;

fn main() {}
