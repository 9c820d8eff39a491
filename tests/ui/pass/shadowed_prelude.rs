//! Modules where the prelude's names mean something else.
#![deny(warnings)]
#![allow(non_camel_case_types, dead_code)]

/// All of them. (Not with handlers: Rocket's own code says `Some` and `None`.)
mod schemas {
    pub struct Option;
    pub struct Result;
    pub struct String;
    pub struct Vec;
    pub struct Some;
    pub struct None;
    pub struct Ok;
    pub struct Err;
    pub struct Box;
    pub struct str;
    pub struct u8;
    pub trait Into {}
    pub trait From {}
    pub trait Default {}
    pub trait Clone {}
    pub trait Send {}
    pub trait Sync {}
    pub trait Deref {}
    pub trait DerefMut {}
    pub trait Drop {}
    pub trait Fn {}
    pub trait FnOnce {}
    pub trait Iterator {}
    pub trait ToString {}
    pub mod std {}
    pub mod core {}
    pub mod rt {}
    pub mod rocket {}
    pub mod session_runtime {}

    type Text = ::std::string::String;

    #[::session_runtime::session(
        username: Text,
        visits: u32 = 0,
        names: ::std::vec::Vec<Text>,
        title: ::std::string::String,
        flash(success),
    )]
    pub struct Visitor;

    #[::session_runtime::session(
        ..Visitor,
        username: Text else "who?",
        theme: ::std::string::String = ::std::string::String::from("light"),
        word: ::std::string::String else "no word",
    )]
    pub struct LoggedIn;
}

/// All that Rocket's own code leaves alone.
mod handlers {
    use ::session_runtime::{Session, session};
    use rocket::{Request, catch, get};

    pub struct Option;
    pub struct Result;
    pub struct String;
    pub struct Vec;
    pub struct Ok;
    pub struct Err;
    pub struct Box;
    pub struct str;
    pub trait Into {}
    pub trait From {}
    pub trait Default {}
    pub trait Send {}
    pub trait Sync {}
    pub mod rt {}
    pub mod session_runtime {}

    type Text = ::std::string::String;

    #[get("/")]
    pub fn index(session: Session<super::schemas::Visitor>) -> Text {
        session.flash_success("done");
        session.set_title("title");
        ::std::format!("{} {:?}", session.visits(), session.title())
    }

    #[session(..super::schemas::LoggedIn, mode: ::std::string::String = ::std::string::String::new())]
    #[get("/theme")]
    pub fn theme(mut session: Session) -> Text {
        *session.visits_mut() += 1;
        session.mode().to_owned()
    }

    #[session(..super::schemas::Visitor, visits: u32 = 0)]
    #[get("/plain")]
    pub async fn plain(session: Session) -> Text {
        ::std::format!("{}", session.visits())
    }

    #[session(username: Text else "catcher: who?")]
    #[catch(404)]
    pub fn not_found(session: Session, request: &Request<'_>) -> Text {
        ::std::format!("{} {}", session.username(), request.uri())
    }
}

fn main() {
    let rocket = rocket::build()
        .attach(session_runtime::Sessions::fairing())
        .mount("/", rocket::routes![handlers::index, handlers::theme, handlers::plain])
        .register("/", rocket::catchers![handlers::not_found]);
    let client = rocket::local::blocking::Client::untracked(rocket).unwrap();
    let get = |uri| client.get(uri).dispatch().into_string().unwrap();
    assert_eq!(get("/"), "0 Some(\"title\")");
    assert_eq!(get("/theme"), "who?");
    assert_eq!(get("/plain"), "0");
    assert_eq!(get("/nowhere"), "catcher: who?");
}
