//! Where the session keeps its own.

use session_runtime::prelude::*;

#[session(#[key("_flashes")] messages: u32)]
pub struct Key;

#[session(_permanent: bool)]
pub struct Name;

#[session(_old_input: bool)]
pub struct Input;

fn main() {}
