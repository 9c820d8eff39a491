//! A source that the list does not declare, without a base.

use session_runtime::prelude::*;

struct User;

#[session(user_id: i64, user: User from usr_id)]
struct Visitor;

fn main() {}
