use std::fmt::Display;

use rocket::data::{Data, FromData, ToByteUnit};
use rocket::form::{Errors, Form};
use rocket::fs::TempFile;
use rocket::http::{ContentType, Header, Method, Status};
use rocket::local::blocking::Client;
use rocket::outcome::Outcome;
use rocket::response::{self, Redirect, Responder};
use rocket::{Build, FromForm, Request, Rocket, catch, catchers, get, post, routes};
use session_runtime::prelude::*;

#[session(username: String, visits: u32 = 0)]
struct Visitor;

#[session(..Visitor, username: String else (Status::Unauthorized, "schema"))]
struct LoggedIn;

/// What is loaded for a name.
struct User(String);

#[rocket::async_trait]
impl FromSession<String> for User {
    type Error = std::convert::Infallible;

    async fn from_session(name: &String, _: &Request<'_>) -> Result<Option<User>, Self::Error> {
        Ok(Some(User(name.clone())))
    }
}

#[derive(FromForm)]
struct Item {
    sku: String,
}

#[derive(FromForm)]
struct Login<'r> {
    name: &'r str,
}

/// A data guard of the application's own.
struct Own(usize);

#[rocket::async_trait]
impl<'r> FromData<'r> for Own {
    type Error = std::io::Error;

    async fn from_data(
        _: &'r Request<'_>,
        data: Data<'r>,
    ) -> rocket::data::Outcome<'r, Self> {
        match data.open(1.kibibytes()).into_bytes().await {
            Ok(bytes) => Outcome::Success(Own(bytes.len())),
            Err(error) => Outcome::Error((Status::BadRequest, error)),
        }
    }
}

/// A responder of the application's own.
struct Wrapped<T>(T);

impl<'r, T: Display> Responder<'r, 'static> for Wrapped<T> {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        format!("<{}>", self.0).respond_to(request)
    }
}

#[get("/prepare")]
fn prepare(session: Session<Visitor>) -> String {
    session.set_username("Ann");
    session.visits().to_string()
}

fn start() -> Rocket<Build> {
    let config = rocket::Config {
        log_level: rocket::config::LogLevel::Off,
        ..rocket::Config::debug_default()
    };
    rocket::custom(config).attach(Sessions::fairing()).mount("/", routes![prepare])
}

/// Whether the visitor has a name, what is asked, and the answer: its status,
/// body and location.
#[derive(Debug)]
struct Check(bool, Method, &'static str, &'static str, u16, &'static str, Option<&'static str>);

fn main() {
    let client = Client::untracked(rocket()).expect("it launches");
    let response = client.get("/prepare").dispatch();
    let header = response.headers().get_one("Set-Cookie").expect("a cookie is set");
    let cookie = header.split(';').next().expect("a name and a value").to_owned();
    for check in CHECKS {
        let Check(has_name, method, uri, data, ..) = *check;
        let mut request = client.req(method, uri);
        if has_name {
            request.add_header(Header::new("Cookie", cookie.clone()));
        }
        if method == Method::Post {
            request.add_header(ContentType::Form);
        }
        let response = request.body(data).dispatch();
        let location = response.headers().get_one("Location").map(str::to_owned);
        let status = response.status().code;
        let body = response.into_string().unwrap_or_default();
        assert!(
            status == check.4 && body == check.5 && location.as_deref() == check.6,
            "expected {check:?}, got {status} {body:?} {location:?}"
        );
    }
}
