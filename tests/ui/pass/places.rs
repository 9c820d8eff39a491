//! Schemas and handlers of every visibility, in modules and in functions.
#![deny(warnings, unreachable_pub, private_interfaces)]
#![allow(dead_code)]

use rocket::local::blocking::Client;
use rocket::{Build, Rocket, catchers, get, routes};
use session_runtime::prelude::*;

mod schemas {
    use session_runtime::prelude::*;

    #[derive(serde::Serialize, serde::Deserialize)]
    pub(crate) struct Item(pub(crate) u32);

    #[session(username: String, cart: Vec<Item> = vec![], flash(success))]
    pub(crate) struct Public;

    #[session(..Public, theme: String = "light".into())]
    pub(crate) struct Crate;

    #[session(..Crate, size: u32 = 3)]
    pub(super) struct Super;

    #[session(..Super, username: String else "private: who?")]
    struct Private;

    pub(crate) mod handlers {
        use rocket::{catch, get};
        use session_runtime::prelude::*;

        #[get("/private")]
        pub(in crate::schemas) fn private(session: Session<super::Private>) -> String {
            session.username().into()
        }

        #[session(..super::Private, last: u32 = 4)]
        #[get("/derived")]
        pub(crate) fn derived(session: Session) -> String {
            format!("{} {} {}", session.username(), session.last(), session.size())
        }

        #[session(..crate::schemas::Super)]
        #[get("/path")]
        pub(in crate::schemas) async fn path(session: session_runtime::Session) -> String {
            format!("{} {}", session.size(), session.cart().len())
        }

        #[session(..self::Own)]
        #[get("/own")]
        pub(crate) fn own(session: self::Session) -> String {
            session.own().to_string()
        }

        #[session(own: u32 = 5)]
        struct Own;

        #[session(..super::Crate)]
        #[catch(404)]
        pub(crate) fn not_found(session: Session) -> String {
            session.theme().into()
        }
    }

    pub(crate) fn routes() -> Vec<rocket::Route> {
        rocket::routes![handlers::path, handlers::private]
    }
}

use schemas::handlers;

fn application() -> Rocket<Build> {
    #[session(visits: u32 = 6)]
    struct Local;

    #[get("/local")]
    fn local(session: Session<Local>) -> String {
        session.visits().to_string()
    }

    #[session(..Local, username: String)]
    #[get("/local/derived")]
    async fn derived(session: Session) -> String {
        format!("{} {:?}", session.visits(), session.username())
    }

    #[session(visits: u32 else "local: who?")]
    #[rocket::catch(404)]
    fn not_found(session: Session) -> String {
        session.visits().to_string()
    }

    let block = {
        #[session(hint: bool = true)]
        #[get("/block")]
        fn derived(session: Session) -> String {
            session.hint().to_string()
        }
        routes![derived]
    };

    rocket::build()
        .attach(Sessions::fairing())
        .mount("/", routes![local, derived, handlers::derived, handlers::own])
        .mount("/", schemas::routes())
        .mount("/", block)
        .register("/", catchers![handlers::not_found])
        .register("/inner", catchers![not_found])
}

fn main() {
    let client = Client::untracked(application()).unwrap();
    let get = |uri| client.get(uri).dispatch().into_string().unwrap();
    assert_eq!(get("/local"), "6");
    assert_eq!(get("/local/derived"), "6 None");
    assert_eq!(get("/block"), "true");
    assert_eq!(get("/derived"), "private: who?");
    assert_eq!(get("/own"), "5");
    assert_eq!(get("/path"), "3 0");
    assert_eq!(get("/nowhere"), "light");
    assert_eq!(get("/inner/nowhere"), "local: who?");
    assert_eq!(client.get("/private").dispatch().status().code, 401);
}
