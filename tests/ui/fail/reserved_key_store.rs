//! A store keeps messages and the lifetime under names of their own.

use session_runtime::prelude::*;

#[session(#[key("_lifetime")] seconds: u32, #[key("_flash.x")] message: String)]
struct Visitor;

fn main() {}
