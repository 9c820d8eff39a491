//! Only the attribute makes a schema.

pub struct Visitor;

impl session_runtime::Schema for Visitor {}

fn main() {}
