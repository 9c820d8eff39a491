//! rocket_flex_session: the cookie, which it encrypts, memory, and Redis through fred.

use rocket::{Build, Rocket, State, get, routes};
use rocket_flex_session::storage::{cookie::CookieStorage, memory::MemoryStorage};
use rocket_flex_session::{RocketFlexSession, Session};

use crate::contender::{Client, Contender, Data};
use crate::rockets;

pub enum Flex {
    Cookie,
    Memory,
}

#[get("/fill")]
fn fill(mut session: Session<'_, Data>, items: &State<usize>) -> &'static str {
    session.set(Data::new(**items));
    "hello"
}

#[get("/show")]
fn show(session: Session<'_, Data>) -> String {
    session.tap(|data| data.map_or(0, |data| data.visits)).to_string()
}

#[get("/untouched")]
fn untouched() -> &'static str {
    "hello"
}

#[get("/ro")]
fn ro(session: Session<'_, Data>) -> &'static str {
    assert!(session.tap(|data| data.map_or(0, |data| data.visits)) >= 41);
    "hello"
}

#[get("/rw")]
fn rw(mut session: Session<'_, Data>) -> &'static str {
    session.tap_mut(|data| data.as_mut().expect("a session").visits += 1);
    "hello"
}

impl Flex {
    fn rocket(&self, items: usize) -> Rocket<Build> {
        let builder = RocketFlexSession::<Data>::builder();
        let fairing = match self {
            Flex::Cookie => builder.storage(CookieStorage::default()).build(),
            Flex::Memory => builder.storage(MemoryStorage::default()).build(),
        };
        let routes = routes![fill, show, untouched, ro, rw];
        rocket::custom(rockets::config()).manage(items).attach(fairing).mount("/", routes)
    }
}

impl Contender for Flex {
    fn name(&self) -> &'static str {
        match self {
            Flex::Cookie => "rocket_flex_session, cookie",
            Flex::Memory => "rocket_flex_session, memory",
        }
    }
    fn client(&self, items: usize) -> Box<dyn Client> {
        rockets::client(self.rocket(items))
    }
    fn serve(&self, items: usize, port: u16) {
        rockets::serve(self.rocket(items), port);
    }
}
