//! A field is declared once.

use session_runtime::prelude::*;

#[session(username: String, visits: u32, username: u32)]
pub struct Visitor;

#[session(r#type: String, r#type: String)]
pub struct Raw;

fn main() {}
