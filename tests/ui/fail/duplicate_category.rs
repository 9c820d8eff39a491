//! A category is declared once.

use session_runtime::prelude::*;

#[session(flash(success, error, success))]
pub struct One;

#[session(flash(success), flash(success))]
pub struct Two;

fn main() {}
