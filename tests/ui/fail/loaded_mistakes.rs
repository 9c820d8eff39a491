//! What a loaded field cannot have, all mistakes at once.

use session_runtime::prelude::*;

struct User;

#[rocket::async_trait]
impl FromSession<i64> for User {
    type Error = String;

    async fn from_session(_: &i64, _: &rocket::Request<'_>) -> Result<Option<User>, String> {
        Ok(Some(User))
    }
}

#[session(
    user_id: i64,
    a: from user_id,
    b: User from,
    #[key("c")] c: User from user_id,
    #[owner] d: User from user_id,
    e: User from user_id = User,
    f: User from f,
    g: User from a_typo,
    h: Option<User> from user_id,
    i: User from user_id else,
    j: User from c,
    user_id: User from user_id,
    set_user_id: User from user_id,
)]
struct Visitor;

fn main() {}
