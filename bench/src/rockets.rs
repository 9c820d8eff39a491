//! Rocket's local client, and Rocket as a server, for every contender on Rocket.

use rocket::http::{Cookie, Header};
use rocket::local::blocking::{Client as Local, LocalRequest};
use rocket::{Build, Config, Rocket};

use crate::contender::{Answer, Client};

pub fn config() -> Config {
    Config {
        log_level: rocket::config::LogLevel::Off,
        workers: 1,
        secret_key: rocket::config::SecretKey::derive_from(&[7; 64]),
        ..Config::release_default()
    }
}

pub fn client(rocket: Rocket<Build>) -> Box<dyn Client> {
    Box::new(Rockets(Local::untracked(rocket).expect("a Rocket")))
}

pub fn serve(rocket: Rocket<Build>, port: u16) {
    let figment = rocket.figment().clone().merge(("port", port)).merge(("address", "127.0.0.1"));
    rocket::execute(async { rocket.configure(figment).launch().await.expect("a Rocket") });
}

struct Rockets(Local);

impl Rockets {
    fn request<'a>(&'a self, path: &'a str, cookie: &str) -> LocalRequest<'a> {
        let mut request = self.0.get(path);
        if cookie.is_empty() {
            return request;
        }
        // The local client fills the jar from its own calls only, a server from the header.
        for cookie in Cookie::split_parse_encoded(cookie.to_owned()).flatten() {
            request = request.cookie(cookie);
        }
        request.header(Header::new("Cookie", cookie.to_owned()))
    }
}

impl Client for Rockets {
    fn get(&self, path: &str, cookie: &str) -> Answer {
        let response = self.request(path, cookie).dispatch();
        let set = response.headers().get("Set-Cookie").map(str::to_owned).collect();
        Answer { set, body: response.into_string().unwrap_or_default() }
    }

    fn ready<'a>(&'a self, path: &'a str, cookie: &'a str) -> Box<dyn FnOnce() + 'a> {
        let request = self.request(path, cookie);
        Box::new(move || drop(request.dispatch()))
    }
}
