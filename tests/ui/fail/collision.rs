//! Two methods of one name.

use session_runtime::prelude::*;

#[session(name: String, set_name: bool)]
pub struct Setter;

#[session(cart: Vec<u32>, cart_mut: bool)]
pub struct Guard;

#[session(permanent: bool)]
pub struct Verb;

#[session(lifetime: u64)]
pub struct Lifetime;

fn main() {}
