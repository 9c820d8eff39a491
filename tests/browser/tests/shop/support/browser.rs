//! A browser, and what any browser does. Its calls wait for the answer, and panic
//! where there is none.

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::webdriver::{Answer, Session};

/// How long a page may take.
const DEADLINE: Duration = Duration::from_secs(20);

/// A visitor's browser.
pub(crate) struct Browser {
    session: Session,
    /// The shop's address.
    home: String,
}

impl Browser {
    pub(super) fn start(driver: u16, chromium: &Path, profile: &Path, home: String) -> Browser {
        let options = json!({
            "binary": chromium,
            "args": [
                "--headless=new",
                // As root it does not start otherwise. It opens our own pages only.
                "--no-sandbox",
                // Containers have little of it.
                "--disable-dev-shm-usage",
                "--disable-gpu",
                "--window-size=1280,900",
                "--force-color-profile=srgb",
                "--lang=en",
                format!("--user-data-dir={}", profile.display()),
            ],
        });
        let session = Session::start(driver, &json!({ "goog:chromeOptions": options }));
        Browser { session, home }
    }

    /// Closes all windows. The profile stays.
    #[track_caller]
    pub(crate) fn quit(self) {
        self.session.end().expect("an answer");
    }

    /// Opens a page of the shop, or one of another site by its whole address.
    #[track_caller]
    pub(crate) fn open(&self, page: &str) {
        let shop = if page.starts_with('/') { &self.home } else { "" };
        self.post("url", &json!({ "url": format!("{shop}{page}") }));
    }

    #[track_caller]
    pub(crate) fn reload(&self) {
        self.post("refresh", &json!({}));
    }

    #[track_caller]
    pub(crate) fn back(&self) {
        self.post("back", &json!({}));
    }

    /// Opens another tab, which becomes the one that everything below is about.
    #[track_caller]
    pub(crate) fn open_tab(&self) {
        let tab = self.post("window/new", &json!({ "type": "tab" }));
        self.post("window", &json!({ "handle": tab["handle"] }));
    }

    /// Goes to a tab, counted from 0 in the order in which they were opened.
    #[track_caller]
    pub(crate) fn go_to_tab(&self, number: usize) {
        let tabs = self.get("window/handles");
        self.post("window", &json!({ "handle": tabs[number] }));
    }

    /// The value of a script that ends with `return`.
    #[track_caller]
    pub(crate) fn script(&self, script: &str) -> Value {
        self.post("execute/sync", &json!({ "script": script, "args": [] }))
    }

    /// The value of a script that calls its last argument with it.
    #[track_caller]
    pub(crate) fn script_later(&self, script: &str) -> Value {
        self.post("execute/async", &json!({ "script": script, "args": [] }))
    }

    /// The text that a script returns, once it returns one.
    #[track_caller]
    pub(crate) fn expect(&self, what: &str, script: &str) -> String {
        self.wait(what, || {
            let value = self.session.post("execute/sync", &json!({ "script": script, "args": [] }));
            value?.as_str().map(str::to_owned).ok_or("no text".into())
        })
    }

    /// A command of Chromium's own, for what WebDriver has no words for.
    #[track_caller]
    pub(crate) fn devtools(&self, command: &str, parameters: &Value) {
        self.post("goog/cdp/execute", &json!({ "cmd": command, "params": parameters }));
    }

    #[track_caller]
    pub(super) fn get(&self, what: &str) -> Value {
        self.session.get(what).unwrap_or_else(|error| panic!("{error}"))
    }

    #[track_caller]
    pub(super) fn post(&self, what: &str, parameters: &Value) -> Value {
        self.session.post(what, parameters).unwrap_or_else(|error| panic!("{error}"))
    }

    /// Does something with an element, once it is there and this can be done.
    #[track_caller]
    pub(super) fn on(
        &self,
        selector: &str,
        act: impl Fn(&dyn Fn(&str, Value) -> Answer) -> Answer,
    ) {
        let using = if selector.starts_with("//") { "xpath" } else { "css selector" };
        self.wait(selector, || {
            let found = json!({ "using": using, "value": selector });
            let found = self.session.post("element", &found)?;
            // Under a name that the standard made up.
            let id = found.as_object().and_then(|found| found.values().next()?.as_str());
            let id = id.ok_or("no element")?;
            act(&|what, parameters| self.session.post(&format!("element/{id}/{what}"), &parameters))
        });
    }

    /// What a call gives, once it does. While the next page loads, calls may fail.
    #[track_caller]
    fn wait<T>(&self, what: &str, call: impl Fn() -> Result<T, String>) -> T {
        let start = Instant::now();
        loop {
            match call() {
                Ok(value) => return value,
                Err(error) if start.elapsed() > DEADLINE => {
                    panic!("{what} did not come ({error}); the page is:\n{}", self.text());
                }
                Err(_) => std::thread::sleep(Duration::from_millis(10)),
            }
        }
    }
}
