//! The shop, its visitors' browsers, and what they do there.

mod axe;
mod browser;
mod look;
mod page;
mod shop;
mod tour;
mod webdriver;

pub(crate) use self::axe::axe;
pub(crate) use self::browser::Browser;
pub(crate) use self::look::{LOOKS, Look};
pub(crate) use self::page::Key;
pub(crate) use self::shop::Shop;
pub(crate) use self::tour::tour;

/// Makes a missing program a failure, if it is `required`.
const VARIABLE: &str = "SESSION_TEST_BROWSER";
