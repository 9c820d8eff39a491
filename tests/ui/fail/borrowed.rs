//! What is kept is owned.

use session_runtime::prelude::*;
use std::borrow::Cow;

#[session(
    username: &'static str,
    numbers: &[u32],
    count: &u32,
    theme: Cow<'a, str>,
    pair: (&str, u32),
)]
pub struct Visitor;

fn main() {}
