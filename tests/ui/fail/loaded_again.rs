//! A loaded field that is declared again with another type, another source, or as a stored one.

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

#[rocket::async_trait]
impl FromSession<i64> for Account {
    type Error = String;

    async fn from_session(_: &i64, _: &rocket::Request<'_>) -> Result<Option<Account>, String> {
        Ok(None)
    }
}

#[session(user_id: i64, other_id: i64, user: User from user_id)]
struct Visitor;

#[session(..Visitor, user: Account from user_id)]
struct OtherType;

#[session(..Visitor, user: User from other_id)]
struct OtherSource;

#[session(..Visitor, user: String)]
struct Stored;

#[session(..Visitor, user_id: User from other_id)]
struct LoadedInstead;

fn main() {}
