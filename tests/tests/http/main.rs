//! Tests over real connections, for what Rocket's local client cannot do.

mod connections;
mod cookie_header;
mod cross_origin;
mod proxy;
mod redirect;
mod responses;
mod uploads;

use std::sync::atomic::{AtomicUsize, Ordering};

use rocket::data::{Data, FromData, Outcome, ToByteUnit};
use rocket::form::Form;
use rocket::fs::TempFile;
use rocket::http::Status;
use rocket::response::{Flash, Redirect};
use rocket::tokio::io::AsyncReadExt;
use rocket::{Build, Request, Rocket, State, get, post, routes};
use session_runtime::prelude::*;
use session_tests::http::Server;
use session_tests::{Answer, Forge, KEY, NOW, clock, fairing, release};

const NAME: &str = "__Host-session";

#[get("/read")]
fn read(session: Session) -> String {
    session.get::<u32>("n").map_or_else(|| "none".into(), |n| n.to_string())
}

#[get("/set/<n>")]
fn set(session: Session, n: u32) -> String {
    session.set("n", n);
    n.to_string()
}

#[get("/clear")]
fn clear(session: Session) -> &'static str {
    session.clear();
    "cleared"
}

#[get("/permanent")]
fn permanent(session: Session) -> &'static str {
    session.set("n", 1);
    session.set_permanent(true);
    "permanent"
}

#[get("/plain")]
fn plain() -> &'static str {
    "plain"
}

#[post("/flash")]
fn flash(session: Session) -> Redirect {
    session.flash("saved");
    Redirect::to("/show")
}

#[get("/show")]
fn show(session: Session) -> String {
    session.flashes().into_iter().map(|flash| flash.message).collect()
}

#[get("/show-as/<status>")]
fn show_as(session: Session, status: u16) -> (Status, String) {
    (Status::new(status), session.flashes().into_iter().map(|flash| flash.message).collect())
}

#[get("/set-as/<status>/<n>")]
fn set_as(session: Session, status: u16, n: u32) -> (Status, String) {
    session.set("n", n);
    (Status::new(status), n.to_string())
}

#[get("/stream")]
fn stream(session: Session) -> rocket::response::stream::TextStream![&'static str] {
    rocket::response::stream::TextStream! {
        yield "a";
        session.set("n", 5);
        yield "b";
    }
}

#[get("/panic")]
fn panics(session: Session) -> String {
    session.set("n", 5);
    panic!("on purpose");
}

/// An application that sets its own cookie beside the session's.
#[get("/beside")]
fn beside(session: Session, jar: &rocket::http::CookieJar<'_>) -> Flash<&'static str> {
    session.set("n", 9);
    jar.add(("own", "1"));
    Flash::success("beside", "Rocket's own")
}

#[session(name: String else Redirect::to("/sign-in"))]
struct Member;

/// The number of bytes of an upload, counted as they are read.
struct Upload(usize);

#[derive(Default)]
struct Uploaded(AtomicUsize);

#[rocket::async_trait]
impl<'r> FromData<'r> for Upload {
    type Error = std::io::Error;

    async fn from_data(request: &'r Request<'_>, data: Data<'r>) -> Outcome<'r, Self> {
        let uploaded: &State<Uploaded> = request.guard().await.expect("it is managed");
        let mut stream = data.open(4.mebibytes());
        let (mut buffer, mut len) = ([0; 4096], 0);
        loop {
            match stream.read(&mut buffer).await {
                Ok(0) => return Outcome::Success(Upload(len)),
                Ok(read) => {
                    len += read;
                    uploaded.0.fetch_add(read, Ordering::Relaxed);
                }
                Err(error) => return Outcome::Error((Status::BadRequest, error)),
            }
        }
    }
}

#[session(..Member)]
#[post("/upload", data = "<upload>")]
fn upload(session: Session, upload: Upload) -> String {
    format!("{} {}", session.name(), upload.0)
}

#[session(..Member)]
#[post("/upload/file", data = "<file>")]
async fn upload_file(session: Session, file: TempFile<'_>) -> String {
    format!("{} {}", session.name(), file.len())
}

#[session(name: String else Redirect::to("/sign-in"))]
#[post("/upload/form", data = "<form>")]
async fn upload_form(form: Form<String>, session: Session) -> String {
    format!("{} {}", session.name(), form.len())
}

#[get("/uploaded")]
fn uploaded(uploaded: &State<Uploaded>) -> String {
    uploaded.0.load(Ordering::Relaxed).to_string()
}

fn rocket() -> Rocket<Build> {
    let routes = routes![
        read, set, clear, permanent, plain, flash, show, show_as, set_as, stream, panics, beside
    ];
    rocket::custom(release())
        .attach(fairing(&clock()))
        .manage(Uploaded::default())
        .mount("/", routes)
        .mount("/", routes![upload, upload_file, upload_form, uploaded])
}

fn server() -> Server {
    Server::start(rocket())
}

fn forge() -> Forge {
    Forge::new(KEY, NAME)
}

/// A valid value with this number.
fn value(n: u32) -> String {
    forge().sign(format!(r#"{{"n":{n}}}"#), NOW)
}

/// A valid pair with this number.
fn pair(n: u32) -> String {
    format!("{NAME}={}", value(n))
}

/// The cookie pair from an answer that set the session.
fn kept(answer: &Answer) -> String {
    let cookie = answer.issued();
    format!("{}={}", cookie.name, cookie.value)
}
