//! Declarations that a macro of the application writes.
#![deny(warnings)]

use rocket::http::Status;
use rocket::local::blocking::Client;
use rocket::{Request, catch, catchers, get, routes};
use session_runtime::prelude::*;

macro_rules! schema {
    ($name:ident, $field:ident: $ty:ty = $value:expr, $category:ident) => {
        #[session($field: $ty = $value, flash($category))]
        struct $name;
    };
    ($name:ident: $base:path, $field:ident: $ty:ty, else $answer:expr, $key:literal) => {
        #[session(..$base, #[key($key)] $field: $ty else $answer)]
        struct $name;
    };
}

schema!(Visitor, theme: String = "light".to_owned(), success);
schema!(LoggedIn: Visitor, username: String, else (Status::Unauthorized, "schema"), "name");

macro_rules! handlers {
    ($($handler:ident $path:literal $ty:ty),*) => { $(
        #[session(..Visitor, value: $ty, #[doc = "A list."] list: Vec<$ty> = Vec::new())]
        #[get($path)]
        fn $handler(session: Session) -> String {
            session.set_value(<$ty>::default());
            session.flash_success("done");
            format!("{:?} {:?} {}", session.value(), session.list(), session.theme())
        }
    )* };
}

// One key with two types: each in an application of its own.
handlers!(number "/number" u32);

// (A parameter whose *type* comes from outside does not work with Rocket itself.)
macro_rules! with_parameter {
    ($handler:ident, $session:ident, $id:ident, $answer:expr) => {
        #[session(username: String else $answer)]
        #[get("/parameter/<id>")]
        async fn $handler($id: u32, mut $session: Session) -> String {
            $session.username_mut().push('!');
            format!("{} {}", $session.username(), $id)
        }
    };
}

// Everything that is written inside belongs to the macro, the path's `id` too.
macro_rules! of_its_own {
    () => {
        #[session(..LoggedIn, count: u32 = 3)]
        #[get("/own/<id>")]
        fn of_its_own(session: Session, id: u32) -> String {
            format!("{} {} {id}", session.username(), session.count())
        }

        #[session(username: String)]
        #[catch(404)]
        fn not_found(session: Session, request: &Request<'_>) -> String {
            format!("{} {:?}", request.uri(), session.username())
        }
    };
}

of_its_own!();
with_parameter!(parameter, visit, id, (Status::Unauthorized, "handler"));

#[get("/login")]
fn login(session: Session<LoggedIn>) -> String {
    session.username().into()
}

fn main() {
    let rocket = rocket::build()
        .attach(Sessions::fairing())
        .mount("/", routes![number, parameter, of_its_own, login])
        .register("/", catchers![not_found]);
    let client = Client::untracked(rocket).unwrap();
    let get = |uri| client.get(uri).dispatch().into_string().unwrap();
    assert_eq!(get("/number"), "Some(0) [] light");
    assert_eq!(get("/parameter/4"), "handler");
    assert_eq!(get("/own/4"), "schema");
    assert_eq!(get("/nowhere"), "/nowhere None");
}
