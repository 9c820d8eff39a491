//! A category whose method is there already.

use session_runtime::prelude::*;

#[session(flash_error: String, flash(error))]
pub struct Visitor;

fn main() {}
