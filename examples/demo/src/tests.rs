//! The shop as a visitor's browser sees it.

mod account;
mod cart;
mod catchers;
mod checkout;
mod cookie;
mod flash;
mod theme;
mod visits;

use rocket::http::{ContentType, Status};
use rocket::local::blocking::{Client, LocalResponse};
use session_runtime::prelude::*;
use session_runtime::testing::SessionClient;

use crate::schema::Visitor;

/// A browser: it keeps its cookies, and does not follow redirects by itself.
struct Browser(Client);

/// What came back.
struct Answer {
    status: Status,
    location: Option<String>,
    set_cookie: Option<String>,
    body: String,
}

impl Browser {
    fn new() -> Self {
        Browser(Client::tracked(crate::rocket()).expect("the shop opens"))
    }

    fn get(&self, path: &str) -> Answer {
        self.0.get(path.to_owned()).dispatch().into()
    }

    /// Sends a form, in the notation of a query string.
    fn post(&self, path: &str, form: &str) -> Answer {
        self.0.post(path.to_owned()).header(ContentType::Form).body(form).dispatch().into()
    }

    fn sign_in(&self, name: &str) {
        self.edit(|session| session.set_username(name));
    }

    /// Changes the session.
    fn edit(&self, edit: impl FnOnce(&mut Session<Visitor>)) {
        self.0.edit_session(edit);
    }

    /// The session cookie's value.
    fn session(&self) -> Option<String> {
        self.0.cookies().get("session").map(|cookie| cookie.value().to_owned())
    }
}

impl From<LocalResponse<'_>> for Answer {
    fn from(response: LocalResponse<'_>) -> Self {
        let header = |name| response.headers().get_one(name).map(str::to_owned);
        Answer {
            status: response.status(),
            location: header("Location"),
            set_cookie: header("Set-Cookie"),
            body: response.into_string().unwrap_or_default(),
        }
    }
}

impl Answer {
    #[track_caller]
    fn shows(&self, text: &str) {
        assert!(self.body.contains(text), "`{text}` is not in:\n{}", self.body);
    }

    #[track_caller]
    fn hides(&self, text: &str) {
        assert!(!self.body.contains(text), "`{text}` is in:\n{}", self.body);
    }

    #[track_caller]
    fn leads_to(&self, path: &str) {
        assert_eq!((self.status, self.location.as_deref()), (Status::SeeOther, Some(path)));
    }
}
