//! rocket_flex_session: the cookie, which it encrypts, memory, and Redis through fred.

use fred::prelude::{Builder, ClientLike};
use rocket::fairing::AdHoc;
use rocket::{Build, Rocket, State, get, routes};
use rocket_flex_session::storage::redis::{
    RedisFormat, RedisFredStorage, RedisValue, SessionRedis,
};
use rocket_flex_session::storage::{cookie::CookieStorage, memory::MemoryStorage};
use rocket_flex_session::{RocketFlexSession, Session, SessionIdentifier};

use crate::contender::{Client, Contender, Data};
use crate::rockets;

pub enum Flex {
    Cookie,
    Memory,
    /// At this URL.
    Redis(String),
}

/// Without its index of a user's sessions, which costs two more commands a write.
impl SessionIdentifier for Data {
    type Id = String;

    fn identifier(&self) -> Option<String> {
        None
    }
}

impl SessionRedis for Data {
    const REDIS_FORMAT: RedisFormat = RedisFormat::String;
    type Error = serde_json::Error;

    fn into_redis(self) -> Result<RedisValue, Self::Error> {
        serde_json::to_string(&self).map(RedisValue::String)
    }

    fn from_redis(value: RedisValue) -> Result<Self, Self::Error> {
        serde_json::from_str(&value.into_string().expect("a string"))
    }
}

/// The pool has to be opened on Rocket's own threads.
async fn with_redis(rocket: Rocket<Build>, url: String) -> Rocket<Build> {
    let config = fred::prelude::Config::from_url(&url).expect("a URL of Redis");
    let pool = Builder::from_config(config).build_pool(1).expect("a pool");
    pool.init().await.expect("Redis");
    let storage = RedisFredStorage::builder().pool(pool).build();
    rocket.attach(RocketFlexSession::<Data>::builder().storage(storage).build())
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
        let routes = routes![fill, show, untouched, ro, rw];
        let rocket = rocket::custom(rockets::config()).manage(items).mount("/", routes);
        let builder = RocketFlexSession::<Data>::builder();
        match self {
            Flex::Cookie => rocket.attach(builder.storage(CookieStorage::default()).build()),
            Flex::Memory => rocket.attach(builder.storage(MemoryStorage::default()).build()),
            Flex::Redis(url) => {
                let url = url.clone();
                rocket.attach(AdHoc::on_ignite("Redis", |rocket| with_redis(rocket, url)))
            }
        }
    }
}

impl Contender for Flex {
    fn name(&self) -> &'static str {
        match self {
            Flex::Cookie => "rocket_flex_session, cookie",
            Flex::Memory => "rocket_flex_session, memory",
            Flex::Redis(_) => "rocket_flex_session, Redis",
        }
    }
    fn client(&self, items: usize) -> Option<Box<dyn Client>> {
        Some(rockets::client(self.rocket(items)))
    }
    fn serve(&self, items: usize, port: u16) {
        rockets::serve(self.rocket(items), port);
    }
}
