//! A loaded field has no methods but the one that reads it.

use session_runtime::prelude::*;

struct User;

#[rocket::async_trait]
impl FromSession<i64> for User {
    type Error = String;

    async fn from_session(_: &i64, _: &rocket::Request<'_>) -> Result<Option<User>, String> {
        Ok(Some(User))
    }
}

#[session(user_id: i64, user: User from user_id else rocket::http::Status::Forbidden)]
#[rocket::get("/")]
fn index(mut session: Session) {
    session.set_user(User);
    session.take_user();
    session.user_mut();
}

fn main() {}
