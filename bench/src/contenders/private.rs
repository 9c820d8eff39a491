//! Rocket's private cookie and serde_json, by hand.

use rocket::http::CookieJar;
use rocket::{Build, Rocket, State, get, routes};

use crate::contender::{Client, Contender, Data};
use crate::rockets;

pub struct Private;

fn read(jar: &CookieJar<'_>) -> Data {
    serde_json::from_str(jar.get_private("session").expect("a cookie").value()).expect("a session")
}

fn write(jar: &CookieJar<'_>, data: &Data) {
    jar.add_private(("session", serde_json::to_string(data).unwrap()));
}

#[get("/fill")]
fn fill(jar: &CookieJar<'_>, items: &State<usize>) -> &'static str {
    write(jar, &Data::new(**items));
    "hello"
}

#[get("/show")]
fn show(jar: &CookieJar<'_>) -> String {
    read(jar).visits.to_string()
}

#[get("/untouched")]
fn untouched() -> &'static str {
    "hello"
}

#[get("/ro")]
fn ro(jar: &CookieJar<'_>) -> &'static str {
    assert!(read(jar).visits >= 41);
    "hello"
}

#[get("/rw")]
fn rw(jar: &CookieJar<'_>) -> &'static str {
    let mut data = read(jar);
    data.visits += 1;
    write(jar, &data);
    "hello"
}

fn rocket(items: usize) -> Rocket<Build> {
    rocket::custom(rockets::config())
        .manage(items)
        .mount("/", routes![fill, show, untouched, ro, rw])
}

impl Contender for Private {
    fn name(&self) -> &'static str {
        "Rocket private cookie by hand"
    }
    fn client(&self, items: usize) -> Option<Box<dyn Client>> {
        Some(rockets::client(rocket(items)))
    }
    fn serve(&self, items: usize, port: u16) {
        rockets::serve(rocket(items), port);
    }
}
