//! A handler with required fields answers before it reads the body.

mod checks;
mod guards;
mod order;
mod proof;
mod written;

use std::sync::atomic::{AtomicUsize, Ordering};

use rocket::data::{Data, FromData, Outcome, ToByteUnit};
use rocket::http::{ContentType, Status};
use rocket::local::blocking::{Client, LocalResponse};
use rocket::outcome::Outcome::{Error, Success};
use rocket::{Build, FromForm, Request, Rocket, State, get, routes};
use session_runtime::prelude::*;

#[session(username: String, visits: u32 = 0)]
struct Visitor;

#[session(..Visitor, username: String else (Status::Unauthorized, "sign in"))]
struct Member;

#[derive(FromForm)]
struct Login<'r> {
    name: &'r str,
    age: u8,
}

#[get("/sign-in")]
fn sign_in(session: Session<Visitor>) {
    session.set_username("Ann");
}

/// How often a data guard ran, and how many bytes it read.
#[derive(Default)]
struct Read {
    guards: AtomicUsize,
    bytes: AtomicUsize,
}

impl Read {
    fn so_far(&self) -> (usize, usize) {
        (self.guards.load(Ordering::Relaxed), self.bytes.load(Ordering::Relaxed))
    }
}

/// A data guard that counts its calls. It refuses a body that begins with
/// `!`.
struct Counted(String);

#[rocket::async_trait]
impl<'r> FromData<'r> for Counted {
    type Error = &'static str;

    async fn from_data(request: &'r Request<'_>, data: Data<'r>) -> Outcome<'r, Self> {
        let read: &State<Read> = request.guard().await.expect("it is managed");
        read.guards.fetch_add(1, Ordering::Relaxed);
        let text = data.open(4.mebibytes()).into_string().await;
        let text = text.expect("the body is text").into_inner();
        read.bytes.fetch_add(text.len(), Ordering::Relaxed);
        match text.strip_prefix('!') {
            Some(_) => Error((Status::ImATeapot, "a body that is refused")),
            None => Success(Counted(text)),
        }
    }
}

fn client(routes: Vec<rocket::Route>) -> Client {
    Client::tracked(rocket(routes)).expect("it launches")
}

fn rocket(routes: Vec<rocket::Route>) -> Rocket<Build> {
    let config = rocket::Config {
        log_level: rocket::config::LogLevel::Off,
        ..rocket::Config::debug_default()
    };
    rocket::custom(config)
        .manage(Read::default())
        .attach(Sessions::fairing())
        .mount("/", routes![sign_in])
        .mount("/", routes)
}

/// What the data guard in the client's application has read so far.
fn read(client: &Client) -> (usize, usize) {
    client.rocket().state::<Read>().expect("it is managed").so_far()
}

/// Bodies that an anonymous visitor might send.
fn bodies() -> [(Option<ContentType>, String); 6] {
    [
        (None, String::new()),
        (Some(ContentType::Form), String::new()),
        (Some(ContentType::JSON), "{}".into()),
        (Some(ContentType::Form), "name=bob".into()),
        (Some(ContentType::Form), "name=bob&age=7".into()),
        (Some(ContentType::Plain), "x".repeat(3 << 20)),
    ]
}

fn post<'c>(
    client: &'c Client,
    path: &str,
    content_type: Option<ContentType>,
    body: &str,
) -> LocalResponse<'c> {
    let mut request = client.post(path.to_owned()).body(body);
    if let Some(content_type) = content_type {
        request.add_header(content_type);
    }
    request.dispatch()
}

fn answer(response: LocalResponse<'_>) -> (u16, String) {
    (response.status().code, response.into_string().unwrap_or_default())
}

/// Checks that every body gets the `else`.
fn is_refused(client: &Client, path: &str) {
    for (content_type, body) in bodies() {
        let told = answer(post(client, path, content_type.clone(), &body));
        assert_eq!(told, (401, "sign in".into()), "{path} {content_type:?} {}", body.len());
    }
    assert_eq!(read(client), (0, 0), "{path}");
}

fn form(client: &Client, path: &str, body: &str) -> (u16, String) {
    answer(post(client, path, Some(ContentType::Form), body))
}
