//! This library, in each format and with each store.

use rocket::figment::{Figment, providers::Env};
use rocket::{Build, Rocket, State, get, routes};
use session_runtime::prelude::*;
use session_runtime::store::Memory;
use session_runtime::{Format, SessionFairing};
use sha2::{Digest, Sha256};

use crate::contender::{Client, Contender, Data, Item, KEY};
use crate::rockets;

#[derive(Clone)]
pub enum Where {
    Cookie(Format),
    Memory,
    /// `sqlite:`, `redis:`, `postgres:`.
    Url(String),
}

pub struct Ours(pub &'static str, pub Where);

#[session(username: String, visits: u32 = 0, theme: String, cart: Vec<Item> = vec![], seen: u64 = 0)]
struct Visitor;

#[get("/fill")]
fn fill(session: Session<Visitor>, items: &State<usize>) -> &'static str {
    let data = Data::new(**items);
    session.set_username(data.username);
    session.set_visits(data.visits);
    session.set_theme(data.theme);
    session.set_cart(data.cart);
    session.set_seen(data.seen);
    "hello"
}

#[get("/show")]
fn show(session: Session<Visitor>) -> String {
    session.visits().to_string()
}

#[get("/untouched")]
fn untouched() -> &'static str {
    "hello"
}

#[get("/ro")]
fn ro(session: Session<Visitor>) -> &'static str {
    assert!(session.visits() >= 41);
    "hello"
}

#[get("/rw")]
fn rw(mut session: Session<Visitor>) -> &'static str {
    *session.visits_mut() += 1;
    "hello"
}

pub fn rocket(fairing: SessionFairing, config: Figment, items: usize) -> Rocket<Build> {
    rocket::custom(config)
        .manage(items)
        .attach(fairing)
        .mount("/", routes![fill, show, untouched, ro, rw])
}

impl Ours {
    fn rocket(&self, items: usize) -> Rocket<Build> {
        let settings = Env::prefixed("ROCKET_").only(&["session"]);
        let config = Figment::from(rockets::config()).merge(settings);
        let fairing = Sessions::fairing().secret_key(KEY).secure(false);
        match &self.1 {
            Where::Cookie(format) => rocket(fairing.format(*format), config, items),
            Where::Memory => rocket(fairing.store(Memory::new()), config, items),
            Where::Url(url) => rocket(fairing, config.merge(("session.store", url)), items),
        }
    }
}

impl Contender for Ours {
    fn name(&self) -> &'static str {
        self.0
    }
    fn client(&self, items: usize) -> Option<Box<dyn Client>> {
        Some(rockets::client(self.rocket(items)))
    }
    fn serve(&self, items: usize, port: u16) {
        rockets::serve(self.rocket(items), port);
    }
}

/// Reads with `keys` keys a cookie that the oldest of them signed.
pub fn with_keys(keys: usize, items: usize) -> (Box<dyn Client>, String) {
    // A key with a pattern would be refused.
    let key = |n: usize| {
        Sha256::digest([n as u8]).iter().map(|byte| format!("{byte:02x}")).collect::<String>()
    };
    let make = |first: usize, others: Vec<String>| {
        let fairing =
            Sessions::fairing().secret_key(key(first)).fallback_keys(others).secure(false);
        rockets::client(rocket(fairing, Figment::from(rockets::config()), items))
    };
    let cookie = crate::contender::fill(&*make(1, vec![])).expect("a cookie");
    (make(keys, (1..keys).rev().map(key).collect()), cookie)
}
