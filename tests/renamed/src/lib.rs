//! An application that renamed `session-runtime`, and says so with `crate = …`.

use rocket::{Build, Rocket, catch, catchers, get, routes};
use sessions::prelude::*;

#[session(crate = sessions, username: String, visits: u32 = 0, cart: Vec<u8>, flash(success))]
struct Visitor;

#[session(..Visitor, crate = ::sessions, username: String else "who?")]
struct LoggedIn;

/// Where the runtime is re-exported.
mod web {
    pub(crate) mod session {
        pub(crate) use sessions::*;
    }
}

#[get("/")]
fn index(mut session: Session<Visitor>) -> String {
    session.flash_success("Hello");
    *session.visits_mut() += 1;
    session.visits().to_string()
}

#[session(crate = sessions, ..LoggedIn, coupon: u32 else "no coupon")]
#[get("/required")]
fn required(session: Session) -> String {
    format!("{} {}", session.username(), session.coupon())
}

#[session(level: u32, crate = crate::web::session, size: u32 = 1)]
#[get("/module")]
async fn module(session: web::session::Session) -> String {
    session.set_level(0);
    format!("{:?} {}", session.level(), session.size())
}

#[session(crate = sessions, username: String)]
#[catch(404)]
fn not_found(session: Session) -> String {
    format!("{:?}", session.username())
}

/// The application.
pub fn rocket() -> Rocket<Build> {
    rocket::build()
        .attach(Sessions::fairing())
        .mount("/", routes![index, required, module])
        .register("/", catchers![not_found])
}
