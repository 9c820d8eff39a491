//! Signatures beyond those of the generated program.
#![deny(warnings)]

use rocket::futures::stream::{self, Stream};
use rocket::http::{ContentType, CookieJar, Status};
use rocket::local::blocking::Client;
use rocket::response::Responder;
use rocket::response::stream::{ByteStream, TextStream};
use rocket::{Data, Request, State, catch, catchers, get, post, routes};
use session_runtime::prelude::*;

#[session(username: String = "guest".into())]
struct Visitor;

#[session(..Visitor)]
#[get("/many")]
fn many<'r>(
    jar: &'r CookieJar<'_>,
    session: Session,
    state: &'r State<String>,
    request: &'r Request_,
) -> Option<&'r str> {
    let _ = (jar, &request.0, session);
    Some(state.as_str())
}

struct Request_(Option<String>);

#[rocket::async_trait]
impl<'r> rocket::request::FromRequest<'r> for &'r Request_ {
    type Error = std::convert::Infallible;

    async fn from_request(request: &'r Request<'_>) -> rocket::request::Outcome<Self, Self::Error> {
        rocket::request::Outcome::Success(
            request.local_cache(|| Request_(request.uri().query().map(|q| q.to_string()))),
        )
    }
}

#[session(..Visitor)]
#[get("/stream")]
fn text(session: Session) -> TextStream![String] {
    let name = session.username().to_owned();
    TextStream! { yield name; }
}

#[session(..Visitor, username: String else Status::Unauthorized)]
#[get("/bytes")]
async fn bytes(session: Session) -> ByteStream<impl Stream<Item = Vec<u8>>> {
    ByteStream(stream::iter([session.username().as_bytes().to_vec()]))
}

#[session(..Visitor)]
#[post("/data", data = "<data>")]
async fn upload(data: Data<'_>, mut session: Session) -> std::io::Result<(ContentType, Vec<u8>)> {
    let body = data.open(rocket::data::ByteUnit::from(1024)).into_bytes().await?;
    session.username_mut().push('!');
    Ok((ContentType::Plain, body.into_inner()))
}

#[session(..Visitor)]
#[get("/nested/<rest..>?<query..>")]
fn nested(
    rest: std::path::PathBuf,
    session: Session,
    query: std::collections::HashMap<String, u32>,
) -> Result<Result<String, Status>, Option<Status>>
where
    String: Sized,
{
    Ok(Ok(format!("{} {} {}", rest.display(), query.len(), session.username())))
}

#[session(..Visitor)]
#[get("/lifetimes/<a>/<b>")]
fn lifetimes<'a, 'b>(a: &'a str, session: Session, b: &'b str) -> (Status, &'a str) {
    let _ = (b, session);
    (Status::Accepted, a)
}

#[session(..Visitor)]
#[get("/unit")]
fn unit(_session: Session) {}

#[session(..Visitor, visits: u32 = 0)]
#[get("/early/<id>")]
async fn early<'r>(id: u32, mut session: Session) -> Result<impl Responder<'r, 'static>, Status> {
    *session.visits_mut() += 1;
    if id == 0 {
        return Err(Status::Gone);
    }
    rocket::tokio::task::yield_now().await;
    let mut guard = session.visits_mut();
    rocket::tokio::task::yield_now().await;
    *guard += id;
    drop(guard);
    Ok(session.visits().to_string())
}

#[session(..Visitor, username: String else (Status::Unauthorized, "who?"))]
#[catch(404)]
async fn not_found<'r>(session: Session, request: &'r Request<'_>) -> impl Responder<'r, 'static> {
    (Status::Gone, format!("{} {}", session.username(), request.uri()))
}

#[session(..Visitor)]
#[catch(404)]
fn tied<'r>(request: &'r Request<'_>, session: Session) -> &'r str {
    let _ = session;
    request.uri().path().as_str()
}

#[session(..Visitor)]
#[catch(default)]
fn unused(_: Status, session: Session, _: &Request<'_>) -> String {
    session.username().into()
}

fn main() {
    let rocket = rocket::build()
        .attach(Sessions::fairing())
        .manage(String::from("state"))
        .mount("/", routes![many, text, bytes, upload, nested, lifetimes, unit, early])
        .register("/", catchers![not_found])
        .register("/unused", catchers![unused])
        .register("/tied", catchers![tied]);
    let client = Client::untracked(rocket).unwrap();
    let get = |uri| client.get(uri).dispatch().into_string().unwrap();
    assert_eq!(get("/many"), "state");
    assert_eq!(get("/stream"), "guest");
    assert_eq!(client.get("/bytes").dispatch().status(), Status::Unauthorized);
    assert_eq!(client.post("/data").body("x").dispatch().into_string().unwrap(), "x");
    assert_eq!(get("/nested/a/b?x=1"), "a/b 1 guest");
    assert_eq!(get("/lifetimes/a/b"), "a");
    assert_eq!(client.get("/unit").dispatch().status(), Status::Ok);
    assert_eq!(get("/early/2"), "3");
    assert_eq!(get("/nowhere"), "who?");
    assert_eq!(get("/unused/nowhere"), "guest");
    assert_eq!(get("/tied/nowhere"), "/tied/nowhere");
}
