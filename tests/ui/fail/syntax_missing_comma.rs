//! Two entries without a comma between them.

use session_runtime::prelude::*;

#[session(
    username: String
    visits: u32 = 0,
    theme: String,
)]
pub struct Visitor;

#[session(username: String flash(success))]
pub struct Flash;

#[session(visits: u32 = 0 theme: String)]
pub struct Default;

fn main() {}
