//! WebDriver: one request with JSON for each thing that a browser does.
//! <https://www.w3.org/TR/webdriver2/>
//!
//! The crates for it would bring some 25 others into the lock file, half of them
//! second versions, for what is a page of code without them.

use serde_json::{Value, json};
use session_tests::http::Connection;

/// One browser that `chromedriver` has started.
pub(super) struct Session {
    port: u16,
    id: String,
}

/// What it says where something cannot be done.
pub(super) type Answer = Result<Value, String>;

impl Session {
    /// Starts a browser.
    pub(super) fn start(port: u16, capabilities: &Value) -> Session {
        let capabilities = json!({ "capabilities": { "alwaysMatch": capabilities } });
        let started = send(port, "POST", "/session", &capabilities).expect("a browser");
        let id = started["sessionId"].as_str().expect("a session's name").to_owned();
        Session { port, id }
    }

    /// Asks for something.
    pub(super) fn get(&self, what: &str) -> Answer {
        send(self.port, "GET", &format!("/session/{}/{what}", self.id), &Value::Null)
    }

    /// Has something done.
    pub(super) fn post(&self, what: &str, parameters: &Value) -> Answer {
        send(self.port, "POST", &format!("/session/{}/{what}", self.id), parameters)
    }

    /// Closes the browser.
    pub(super) fn end(self) -> Answer {
        send(self.port, "DELETE", &format!("/session/{}", self.id), &Value::Null)
    }
}

fn send(port: u16, method: &str, path: &str, parameters: &Value) -> Answer {
    let body = if parameters.is_null() { String::new() } else { parameters.to_string() };
    let mut connection = Connection::open(port).map_err(|error| error.to_string())?;
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    connection.send((head + &body).as_bytes());
    let answer = connection.receive(false);
    let mut said: Value = serde_json::from_str(&answer.body).expect("JSON");
    let value = said["value"].take();
    if answer.status == 200 {
        Ok(value)
    } else {
        Err(format!("{method} {path}: {}: {}", value["error"], value["message"]))
    }
}
