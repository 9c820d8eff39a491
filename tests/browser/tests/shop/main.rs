//! The demo's program in a real browser: Chromium without a window, driven through
//! WebDriver.
//!
//! Where `chromium` or `chromedriver` is not installed, the tests say that they
//! were skipped; with `SESSION_TEST_BROWSER=required` they fail instead.

mod accessibility;
mod account;
mod cookie;
mod keyboard;
mod looks;
mod messages;
mod origins;
mod support;
