//! A store keeps messages, a form's input and the lifetime under names of their own.

use session_runtime::prelude::*;

#[session(
    #[key("_lifetime")] seconds: u32,
    #[key("_flash.x")] message: String,
    #[key("_old_input.x")] input: String,
)]
struct Visitor;

fn main() {}
