//! Everybody who takes part.

mod axum;
mod bare;
mod flex;
mod floor;
mod private;
mod prototype;
pub mod session;

use session_runtime::Format;

use self::axum::Axum;
use self::flex::Flex;
use self::floor::Floor;
use self::session::{Ours, Where};
use crate::contender::Contender;

/// With the stores whose URL the environment has: `REDIS_URL`, `POSTGRES_URL`, `SQLITE_URL`.
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
    ];
    let servers = [
        ("session, SQLite", "SQLITE_URL"),
        ("session, Redis", "REDIS_URL"),
        ("session, PostgreSQL", "POSTGRES_URL"),
    ];
    for (name, variable) in servers {
        match std::env::var(variable) {
            Ok(url) => all.push(Box::new(Ours(name, Where::Url(url)))),
            Err(_) => eprintln!("SKIPPED: {name} ({variable} is not set)."),
        }
    }
    all
}
