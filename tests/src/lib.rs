//! Code that the tests share: an application with a fixed key and a manual clock, a
//! minimal browser, a real server, processes, a captured log, and a second
//! implementation of the cookie's format.

mod answer;
mod app;
mod browser;
pub mod faulty;
pub mod flask;
pub mod forge;
pub mod gate;
pub mod http;
mod launch;
pub mod log;
pub mod origins;
pub mod overlapping;
pub mod process;

pub use self::answer::{Answer, SetCookie};
pub use self::app::{KEY, NOW, OTHER_KEY, THIRD_KEY, app, at, clock, debug, fairing, release};
pub use self::browser::Browser;
pub use self::forge::{Forge, Stamp};
pub use self::launch::{Launch, ignite};

/// Seconds in a minute.
pub const MINUTE: u64 = 60;
/// Seconds in an hour.
pub const HOUR: u64 = 60 * MINUTE;
/// Seconds in a day.
pub const DAY: u64 = 24 * HOUR;
