//! The attribute makes no more of a public handler private than Rocket does.
#![deny(warnings)]

pub mod handlers {
    use rocket::{catch, get};
    use session_runtime::prelude::*;

    #[session(visits: u32 = 0)]
    #[get("/plain")]
    pub fn plain(session: Session) -> String {
        session.visits().to_string()
    }

    #[session(username: String else "who?")]
    #[get("/required")]
    pub async fn required(session: Session) -> String {
        session.username().to_owned()
    }

    #[session(visits: u32 = 0)]
    #[catch(404)]
    pub fn not_found(session: Session) -> String {
        session.visits().to_string()
    }
}

fn main() {
    let rocket = rocket::build()
        .attach(session_runtime::Sessions::fairing())
        .mount("/", rocket::routes![handlers::plain, handlers::required])
        .register("/", rocket::catchers![handlers::not_found]);
    let client = rocket::local::blocking::Client::untracked(rocket).unwrap();
    let get = |uri| client.get(uri).dispatch().into_string().unwrap();
    assert_eq!(get("/plain"), "0");
    assert_eq!(get("/required"), "who?");
    assert_eq!(get("/nowhere"), "0");
}
