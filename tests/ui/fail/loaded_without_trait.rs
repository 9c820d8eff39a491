//! A type that cannot be loaded from its source, in the list and in the base.

use session_runtime::prelude::*;

struct User;

#[rocket::async_trait]
impl FromSession<i64> for User {
    type Error = String;

    async fn from_session(_: &i64, _: &rocket::Request<'_>) -> Result<Option<User>, String> {
        Ok(Some(User))
    }
}

struct Account;

#[session(user_id: i64, name: String, account: Account from user_id)]
struct Visitor;

#[session(..Visitor, user: User from name)]
struct Member;

fn main() {}
