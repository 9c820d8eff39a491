//! A word that looks like `flash`.

use session_runtime::prelude::*;

#[session(flashes(success, error), username: String)]
pub struct Word;

#[session(username(String))]
pub struct Field;

fn main() {}
