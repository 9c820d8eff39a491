//! Everybody who takes part.

mod actix;
mod axum;
mod bare;
mod flask;
mod flex;
mod floor;
mod private;
mod prototype;
pub mod session;

use session_runtime::Format;

use self::actix::Actix;
use self::axum::Axum;
use self::flask::Flask;
use self::flex::Flex;
use self::floor::Floor;
use self::session::{Ours, Where};
use crate::contender::Contender;

/// With those that need a server or a program, if the environment has its address:
/// `REDIS_URL`, `POSTGRES_URL`, `SQLITE_URL`, `GUNICORN`.
pub fn all() -> Vec<Box<dyn Contender>> {
    let mut all: Vec<Box<dyn Contender>> = vec![
        Box::new(Floor { tuned: false }),
        Box::new(Floor { tuned: true }),
        Box::new(bare::Bare),
        Box::new(bare::Constant),
        Box::new(bare::Cached),
        Box::new(Ours("session, signed", Where::Cookie(Format::Signed))),
        Box::new(Ours("session, encrypted", Where::Cookie(Format::Encrypted))),
        Box::new(Ours("session, flask", Where::Cookie(Format::Flask))),
        Box::new(Ours("session, memory", Where::Memory)),
        Box::new(Flex::Cookie),
        Box::new(Flex::Memory),
        Box::new(private::Private),
        Box::new(prototype::Prototype),
        Box::new(Axum::Bare),
        Box::new(Axum::Jar),
        Box::new(Axum::Tower),
        Box::new(Actix::Bare),
        Box::new(Actix::Session),
    ];
    let mut add = |variable, make: &dyn Fn(String) -> Box<dyn Contender>| {
        if let Ok(address) = std::env::var(variable) {
            all.push(make(address));
        }
    };
    add("SQLITE_URL", &|url| Box::new(Ours("session, SQLite", Where::Url(url))));
    add("REDIS_URL", &|url| Box::new(Ours("session, Redis", Where::Url(url))));
    add("REDIS_URL", &|url| Box::new(Flex::Redis(url)));
    add("POSTGRES_URL", &|url| Box::new(Ours("session, PostgreSQL", Where::Url(url))));
    add("GUNICORN", &|program| Box::new(Flask(program)));
    all
}
