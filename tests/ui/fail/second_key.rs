//! Two stored names for one field.

use session_runtime::prelude::*;

#[session(#[key("name")] #[key("user")] username: String)]
pub struct Visitor;

fn main() {}
