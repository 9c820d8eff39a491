//! A visitor of both applications, with one cookie jar that ignores ports.

use session_tests::Answer;
use session_tests::http::Connection;

use super::flask::Flask;

/// A server that answers requests.
pub(crate) trait Speak {
    fn speak(&mut self, method: &str, path: &str, cookies: &[&[u8]]) -> Answer;
}

impl Speak for Connection {
    fn speak(&mut self, method: &str, path: &str, cookies: &[&[u8]]) -> Answer {
        self.request(method, path, cookies)
    }
}

/// Flask's own server closes each connection after its answer.
impl Speak for &Flask {
    fn speak(&mut self, method: &str, path: &str, cookies: &[&[u8]]) -> Answer {
        let mut connection = Connection::open(self.port).expect("Flask listens");
        connection.request(method, path, cookies)
    }
}

pub(crate) struct Jar {
    cookie: Option<String>,
}

impl Jar {
    pub(crate) fn new() -> Jar {
        Jar { cookie: None }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.cookie.is_none()
    }

    /// Sends one request, and keeps the cookie that the answer sets or removes.
    fn send(&mut self, server: &mut impl Speak, method: &str, path: &str) -> Answer {
        let pair = self.cookie.as_ref().map(|value| format!("session={value}"));
        let lines: Vec<_> = pair.iter().map(|pair| pair.as_bytes()).collect();
        let answer = server.speak(method, path, &lines);
        assert_eq!(answer.status, 200, "{path}: {answer:#?}");
        if let Some(cookie) = answer.set_cookie() {
            assert_eq!(cookie.name, "session");
            assert!(cookie.name.len() + cookie.value.len() <= 4096, "{path}");
            self.cookie = Some(cookie.value).filter(|value| !value.is_empty());
        }
        answer
    }

    pub(crate) fn get(&mut self, server: &mut impl Speak, path: &str) -> String {
        self.send(server, "GET", path).body
    }

    pub(crate) fn post(&mut self, server: &mut impl Speak, path: &str) -> String {
        self.send(server, "POST", path).body
    }
}
