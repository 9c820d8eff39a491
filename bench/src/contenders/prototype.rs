//! What a session on Rocket can cost: fifty lines that verify when the handler asks and
//! encode once, in the response fairing. No `Vary` and no `Cache-Control`, no age, one
//! type for the whole application.

use std::sync::Mutex;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD as BASE64};
use hmac::{Hmac, KeyInit, Mac};
use rocket::fairing::{Fairing, Info, Kind};
use rocket::request::{FromRequest, Outcome, Request};
use rocket::{Build, Response, Rocket, State, get, routes};
use sha2::Sha256;

use crate::contender::{Client, Contender, Data, KEY};
use crate::rockets;

pub struct Prototype;

struct Fifty(Hmac<Sha256>);

#[derive(Default)]
struct Place(Option<Mutex<(Data, bool)>>);

struct Session<'r>(&'r Mutex<(Data, bool)>);

impl Fifty {
    fn open(&self, value: &str) -> Option<Data> {
        let (payload, mac) = value.split_once('.')?;
        let mac = BASE64.decode(mac).ok()?;
        self.0.clone().chain_update(payload).verify_slice(&mac).ok()?;
        serde_json::from_slice(&BASE64.decode(payload).ok()?).ok()
    }

    fn seal(&self, data: &Data) -> String {
        let payload = BASE64.encode(serde_json::to_vec(data).unwrap());
        let mac = self.0.clone().chain_update(&payload).finalize().into_bytes();
        format!("session={payload}.{}; HttpOnly; SameSite=Lax; Path=/", BASE64.encode(mac))
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Session<'r> {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        let fifty = request.rocket().state::<Fifty>().unwrap();
        let Place(data) = request.local_cache(|| {
            let cookie = request.cookies().get("session").and_then(|c| fifty.open(c.value()));
            let items = request.rocket().state::<usize>().unwrap();
            Place(Some(Mutex::new((cookie.unwrap_or_else(|| Data::new(*items)), false))))
        });
        Outcome::Success(Session(data.as_ref().unwrap()))
    }
}

#[rocket::async_trait]
impl Fairing for Fifty {
    fn info(&self) -> Info {
        Info { name: "fifty lines", kind: Kind::Response }
    }

    async fn on_response<'r>(&self, request: &'r Request<'_>, response: &mut Response<'r>) {
        let Place(Some(data)) = request.local_cache(Place::default) else { return };
        let data = data.lock().unwrap();
        if data.1 {
            response.adjoin_raw_header("Set-Cookie", self.seal(&data.0));
        }
    }
}

#[get("/fill")]
fn fill(session: Session<'_>, items: &State<usize>) -> &'static str {
    *session.0.lock().unwrap() = (Data::new(**items), true);
    "hello"
}

#[get("/show")]
fn show(session: Session<'_>) -> String {
    session.0.lock().unwrap().0.visits.to_string()
}

#[get("/untouched")]
fn untouched() -> &'static str {
    "hello"
}

#[get("/ro")]
fn ro(session: Session<'_>) -> &'static str {
    assert!(session.0.lock().unwrap().0.visits >= 41);
    "hello"
}

#[get("/rw")]
fn rw(session: Session<'_>) -> &'static str {
    let mut data = session.0.lock().unwrap();
    data.0.visits += 1;
    data.1 = true;
    "hello"
}

fn rocket(items: usize) -> Rocket<Build> {
    let fifty = || Fifty(Hmac::new_from_slice(KEY.as_bytes()).unwrap());
    rocket::custom(rockets::config())
        .manage(items)
        .manage(fifty())
        .attach(fifty())
        .mount("/", routes![fill, show, untouched, ro, rw])
}

impl Contender for Prototype {
    fn name(&self) -> &'static str {
        "a prototype of fifty lines"
    }
    fn client(&self, items: usize) -> Option<Box<dyn Client>> {
        Some(rockets::client(rocket(items)))
    }
    fn serve(&self, items: usize, port: u16) {
        rockets::serve(rocket(items), port);
    }
}
