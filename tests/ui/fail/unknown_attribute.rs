//! Attributes of other macros do not work on a field.

use session_runtime::prelude::*;

#[session(#[serde(rename = "name")] username: String, #[default] visits: u32)]
pub struct Visitor;

fn main() {}
