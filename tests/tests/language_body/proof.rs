//! A field that is present before the body stays readable after it.

use rocket::data::{Data, FromData, Outcome};
use rocket::outcome::Outcome::Success;
use rocket::{Request, get, post, routes};
use session_runtime::prelude::*;

use super::{Member, Visitor, client, form};

/// A data guard that ends the session.
struct Clears;

#[rocket::async_trait]
impl<'r> FromData<'r> for Clears {
    type Error = ();

    async fn from_data(request: &'r Request<'_>, _: Data<'r>) -> Outcome<'r, Self> {
        let session: Session = request.guard().await.expect("the fairing is attached");
        session.clear();
        Success(Clears)
    }
}

#[session(..Member)]
#[post("/clears", data = "<_body>")]
fn clears(session: Session, _body: Clears) -> String {
    session.username().to_owned()
}

#[session(..Visitor, username: String else "sign in")]
#[post("/clears/own", data = "<_body>")]
async fn clears_own(_body: Clears, session: Session) -> String {
    session.username().to_owned()
}

#[get("/name")]
fn name(session: Session<Visitor>) -> String {
    format!("{:?}", session.username())
}

#[test]
fn a_data_guard_that_clears_the_session_takes_nothing_from_the_handler() {
    let client = client(routes![clears, clears_own, name]);
    for path in ["/clears", "/clears/own"] {
        client.get("/sign-in").dispatch();
        assert_eq!(form(&client, path, ""), (200, "Ann".into()));
        assert_eq!(client.get("/name").dispatch().into_string().unwrap(), "None");
    }
}
