//! A visitor of an application, without a network in between.

use std::cell::RefCell;
use std::rc::Rc;

use rocket::http::{Header, Method};
use rocket::local::blocking::Client;
use rocket::{Build, Orbit, Rocket};
use session_runtime::{Sessions, Stats};

use crate::answer::Answer;
use crate::log;

/// Keeps one cookie like a browser, and sends it as a raw header line.
pub struct Browser {
    client: Rc<Client>,
    name: &'static str,
    cookie: RefCell<Option<String>>,
}

impl Browser {
    /// Launches the application. The cookie's name is `session`.
    ///
    /// # Panics
    ///
    /// If it does not launch.
    #[must_use]
    pub fn new(rocket: Rocket<Build>) -> Browser {
        Browser::named("session", rocket)
    }

    /// Launches an application whose cookie has another name.
    ///
    /// # Panics
    ///
    /// If the application does not launch.
    #[must_use]
    pub fn named(name: &'static str, rocket: Rocket<Build>) -> Browser {
        log::install();
        let client = Client::untracked(rocket).expect("the application launches");
        log::take();
        Browser { client: Rc::new(client), name, cookie: RefCell::default() }
    }

    /// Another visitor of the same application.
    #[must_use]
    pub fn another(&self) -> Browser {
        Browser { client: self.client.clone(), name: self.name, cookie: RefCell::default() }
    }

    /// Replaces its cookie.
    pub fn take_cookie(&self, value: impl Into<String>) -> &Browser {
        *self.cookie.borrow_mut() = Some(value.into());
        self
    }

    /// The cookie's value.
    #[must_use]
    pub fn cookie(&self) -> Option<String> {
        self.cookie.borrow().clone()
    }

    /// The application.
    #[must_use]
    pub fn rocket(&self) -> &Rocket<Orbit> {
        self.client.rocket()
    }

    /// The application's counters.
    ///
    /// # Panics
    ///
    /// If the fairing is not attached.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.client.rocket().state::<Sessions>().expect("the fairing is attached").stats()
    }

    /// GET.
    pub fn get(&self, path: &str) -> Answer {
        self.send(Method::Get, path, &[])
    }

    /// POST without a body.
    pub fn post(&self, path: &str) -> Answer {
        self.send(Method::Post, path, &[])
    }

    /// POST with a body of this type, such as `text/plain`.
    pub fn post_body(&self, path: &str, content_type: &str, body: &str) -> Answer {
        self.request(Method::Post, path, &[("Content-Type", content_type)], body)
    }

    /// HEAD.
    pub fn head(&self, path: &str) -> Answer {
        self.send(Method::Head, path, &[])
    }

    /// A request with these headers and the cookie.
    pub fn send(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.request(method, path, headers, "")
    }

    fn request(&self, method: Method, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut request = self.client.req(method, path).body(body);
        for (name, value) in headers {
            request.add_header(Header::new((*name).to_owned(), (*value).to_owned()));
        }
        if let Some(value) = self.cookie() {
            request.add_header(Header::new("Cookie", format!("{}={value}", self.name)));
        }
        log::take();
        let response = request.dispatch();
        let status = response.status().code;
        let lines = response.headers().iter();
        let headers = lines.map(|h| (h.name().to_string(), h.value().to_owned())).collect();
        let body = response.into_string().unwrap_or_default();
        let answer = Answer { status, headers, body, log: log::take() };
        self.keep(&answer);
        answer
    }

    fn keep(&self, answer: &Answer) {
        if let Some(cookie) = answer.set_cookie().filter(|cookie| cookie.name == self.name) {
            let gone = cookie.max_age() == Some(0);
            *self.cookie.borrow_mut() = (!gone).then_some(cookie.value);
        }
    }
}
