//! Categories are names, with commas between them.

use session_runtime::prelude::*;

#[session(flash(success error))]
pub struct Comma;

#[session(flash("success"))]
pub struct Text;

#[session(username: String, flash)]
pub struct Word;

fn main() {}
