//! What cannot begin an entry.

use session_runtime::prelude::*;

#[session("username": String)]
pub struct Text;

#[session(username: String,, visits: u32)]
pub struct Comma;

#[session(= 3)]
pub struct Equals;

fn main() {}
