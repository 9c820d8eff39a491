//! Rocket's checks at launch find the body's guard.

use rocket::data::{Data, FromData, Outcome};
use rocket::outcome::Outcome::Success;
use rocket::{Ignite, Request, Rocket, Sentinel, post, routes};
use session_runtime::prelude::*;

use super::{Member, rocket};

/// A data guard that needs something that is not attached.
struct Needs;

impl Sentinel for Needs {
    fn abort(_: &Rocket<Ignite>) -> bool {
        true
    }
}

#[rocket::async_trait]
impl<'r> FromData<'r> for Needs {
    type Error = ();

    async fn from_data(_: &'r Request<'_>, _: Data<'r>) -> Outcome<'r, Self> {
        Success(Needs)
    }
}

/// A data guard without its own check, around one that has a check.
struct Around<T>(T);

#[rocket::async_trait]
impl<'r, T: FromData<'r>> FromData<'r> for Around<T> {
    type Error = T::Error;

    async fn from_data(request: &'r Request<'_>, data: Data<'r>) -> Outcome<'r, Self> {
        T::from_data(request, data).await.map(Around)
    }
}

#[session(..Member)]
#[post("/needs", data = "<_body>")]
fn needs(session: Session, _body: Needs) -> String {
    session.username().to_owned()
}

#[session(..Member)]
#[post("/around", data = "<body>")]
async fn around(session: Session, body: Around<Needs>) -> String {
    let Needs = body.0;
    session.username().to_owned()
}

/// A data guard that replaces the check of the guard inside it.
struct Tolerates<T>(T);

impl<T> Sentinel for Tolerates<T> {
    fn abort(_: &Rocket<Ignite>) -> bool {
        false
    }
}

#[rocket::async_trait]
impl<'r, T: FromData<'r>> FromData<'r> for Tolerates<T> {
    type Error = T::Error;

    async fn from_data(request: &'r Request<'_>, data: Data<'r>) -> Outcome<'r, Self> {
        T::from_data(request, data).await.map(Tolerates)
    }
}

#[session(..Member)]
#[post("/tolerates", data = "<body>")]
fn tolerates(session: Session, body: Tolerates<Needs>) -> String {
    let Needs = body.0;
    session.username().to_owned()
}

fn launches(routes: Vec<rocket::Route>) -> bool {
    match rocket::local::blocking::Client::tracked(rocket(routes)) {
        Ok(_) => true,
        Err(error) => {
            assert!(matches!(error.kind(), rocket::error::ErrorKind::SentinelAborts(_)));
            false
        }
    }
}

#[test]
fn the_bodys_own_check_stops_the_launch() {
    assert!(!launches(routes![needs]));
    assert!(!launches(routes![around]));
}

#[test]
fn a_guard_answers_for_the_one_in_it() {
    assert!(launches(routes![tolerates]));
}
