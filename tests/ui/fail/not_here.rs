//! Items that are neither a handler nor a schema.

use session_runtime::prelude::*;

#[session(username: String)]
pub enum Visitor {}

#[session(username: String)]
pub trait Visits {}

pub struct Plain;

#[session(username: String)]
impl Plain {}

#[session(username: String)]
pub mod visitor {}

#[session(username: String)]
pub const VISITOR: u32 = 0;

#[session(username: String)]
pub type Alias = u32;

#[session(username: String)]
pub union Bits {
    bits: u32,
}

fn main() {}
