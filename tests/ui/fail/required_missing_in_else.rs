//! In its own `else` a field is optional.

use session_runtime::prelude::*;

#[session(username: String else format!("Who is {}?", session.username().trim()))]
pub struct LoggedIn;

fn main() {}
