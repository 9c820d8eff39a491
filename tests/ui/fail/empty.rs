//! Nothing is declared.

use session_runtime::prelude::*;

#[session]
pub struct Word;

#[session()]
pub struct List;

fn main() {}
