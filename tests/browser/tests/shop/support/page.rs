//! What a visitor sees on a page and does there.

use serde_json::{Value, json};

use super::Browser;

/// A key without a letter, as WebDriver writes it.
#[derive(Clone, Copy)]
pub(crate) enum Key {
    Tab = 0xE004,
    Enter = 0xE007,
}

impl Browser {
    /// The page's text, as far as it is not hidden.
    #[track_caller]
    pub(crate) fn text(&self) -> String {
        self.script("return document.body.innerText").as_str().unwrap_or_default().to_owned()
    }

    /// Waits until the page shows this.
    #[track_caller]
    pub(crate) fn shows(&self, text: &str) {
        let text = Value::from(text);
        let script = format!("return document.body.innerText.includes({text}) ? 'yes' : null");
        self.expect(&text.to_string(), &script);
    }

    /// Checks that the page, which is there already, does not show this.
    #[track_caller]
    pub(crate) fn hides(&self, text: &str) {
        let page = self.text();
        assert!(!page.contains(text), "`{text}` is on the page:\n{page}");
    }

    /// The status that the page was answered with.
    #[track_caller]
    pub(crate) fn status(&self) -> u64 {
        let status = "return performance.getEntriesByType('navigation')[0].responseStatus";
        self.script(status).as_u64().expect("a status")
    }

    /// The page's path.
    #[track_caller]
    pub(crate) fn path(&self) -> String {
        self.script("return location.pathname").as_str().expect("a path").to_owned()
    }

    /// Types into a field, in place of what is there.
    #[track_caller]
    pub(crate) fn fill(&self, field: &str, text: &str) {
        self.on(&format!("main [name={field}]"), |field| {
            field("clear", json!({}))?;
            field("value", json!({ "text": text }))
        });
    }

    /// Clicks on a field, such as one to check.
    #[track_caller]
    pub(crate) fn check(&self, field: &str) {
        self.on(&format!("main [name={field}]"), |field| field("click", json!({})));
    }

    /// Clicks on the first button whose text begins so.
    #[track_caller]
    pub(crate) fn press(&self, button: &str) {
        self.click("button", button);
    }

    /// Clicks on the first link whose text begins so.
    #[track_caller]
    pub(crate) fn follow(&self, link: &str) {
        self.click("a", link);
    }

    #[track_caller]
    fn click(&self, tag: &str, text: &str) {
        let path = format!("//{tag}[starts-with(normalize-space(), \"{text}\")]");
        self.on(&path, |element| element("click", json!({})));
    }

    /// Presses a key, wherever the focus is.
    #[track_caller]
    pub(crate) fn key(&self, key: Key) {
        self.keys(&char::from_u32(key as u32).into_iter().collect::<String>());
    }

    /// Types on the keyboard, wherever the focus is.
    #[track_caller]
    pub(crate) fn keys(&self, text: &str) {
        let press = |key| ["keyDown", "keyUp"].map(|way| json!({ "type": way, "value": key }));
        let keys: Vec<Value> = text.chars().flat_map(press).collect();
        let keyboard = json!({ "type": "key", "id": "keyboard", "actions": keys });
        self.post("actions", &json!({ "actions": [keyboard] }));
    }

    /// Signs in on the page that asks for the name.
    #[track_caller]
    pub(crate) fn sign_in(&self, name: &str) {
        self.open("/sign-in");
        self.fill("username", name);
        self.press("Sign in");
        self.shows(&format!("Welcome, {name}!"));
    }

    /// The session cookie, which no script sees.
    #[track_caller]
    pub(crate) fn cookie(&self) -> Option<String> {
        let cookies = self.get("cookie");
        let cookies = cookies.as_array().expect("a list");
        let session = cookies.iter().find(|cookie| cookie["name"] == "session");
        session.map(|cookie| cookie["value"].as_str().expect("a value").to_owned())
    }

    /// Puts another value into the session cookie.
    #[track_caller]
    pub(crate) fn set_cookie(&self, value: &str) {
        let mut cookie = self.get("cookie/session");
        cookie["value"] = value.into();
        self.post("cookie", &json!({ "cookie": cookie }));
        assert_eq!(self.cookie().as_deref(), Some(value));
    }

    /// Checks that nothing in the page set the variable `ran`.
    #[track_caller]
    pub(crate) fn ran_nothing(&self) {
        assert_eq!(self.script("return typeof ran"), Value::from("undefined"));
    }
}
