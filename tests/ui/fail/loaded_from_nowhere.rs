//! A source that neither the list nor the base declares, or that is loaded itself.

use session_runtime::prelude::*;

struct User;

#[rocket::async_trait]
impl FromSession<i64> for User {
    type Error = String;

    async fn from_session(_: &i64, _: &rocket::Request<'_>) -> Result<Option<User>, String> {
        Ok(Some(User))
    }
}

#[session(user_id: i64, user: User from user_id)]
struct Visitor;

#[session(..Visitor, other: User from usr_id)]
struct Member;

#[session(..Visitor, other: User from user)]
#[rocket::get("/")]
fn index(session: Session) {
    let _: Option<&User> = session.other();
}

fn main() {}
