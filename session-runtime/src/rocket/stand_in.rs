//! What a test's edit puts in place of the cookie in its client's jar.
//!
//! Rocket's local client fills its jar from responses only. An edit is not a
//! response, so requests send the edit's cookie instead of the jar's, until the next
//! `Set-Cookie`. Each launch has one client, so the application keeps this.

use std::sync::{Mutex, MutexGuard, PoisonError};

use rocket::Response;
use rocket::http::Cookie;
use rocket::tokio::runtime::Handle;

#[derive(Default)]
pub(super) struct StandIn(Mutex<Standing>);

#[derive(Default)]
struct Standing {
    /// The client's runtime: a store's connections may work in no other.
    runtime: Option<Handle>,
    edited: Option<Edited>,
    /// Whether the last `Set-Cookie` of a response set the cookie, and did not remove it.
    is_set: bool,
}

struct Edited {
    /// The value in the jar when the session was edited. A request with another one
    /// brings its own cookie.
    instead_of: Option<String>,
    /// The value to use, or `None` if the edit removed the cookie.
    value: Option<String>,
}

impl StandIn {
    fn standing(&self) -> MutexGuard<'_, Standing> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets the client before. `runtime` is that of the new one.
    pub(super) fn launched(&self, runtime: Handle) {
        *self.standing() = Standing { runtime: Some(runtime), ..Standing::default() };
    }

    pub(super) fn runtime(&self) -> Option<Handle> {
        self.standing().runtime.clone()
    }

    /// What to use instead of the value in the jar: `Some(None)` is no cookie.
    pub(super) fn instead_of(&self, jar: Option<&str>) -> Option<Option<String>> {
        let standing = self.standing();
        let edited = standing.edited.as_ref()?;
        (edited.instead_of.as_deref() == jar).then(|| edited.value.clone())
    }

    /// Uses the cookie of this `Set-Cookie` from now on, instead of the one in the jar.
    pub(super) fn edited(&self, jar: Option<String>, set_cookie: &str) {
        let value = Cookie::parse(set_cookie).ok().filter(is_set);
        let value = value.map(|cookie| cookie.value().to_owned());
        self.standing().edited = Some(Edited { instead_of: jar, value });
    }

    /// Leaves the cookie to the jar again if the response sets it.
    pub(super) fn answered(&self, name: &str, response: &Response<'_>) {
        let lines = response.headers().get("Set-Cookie");
        let cookies = lines.filter_map(|line| Cookie::parse(line).ok());
        if let Some(cookie) = cookies.filter(|cookie| cookie.name() == name).last() {
            let mut standing = self.standing();
            standing.edited = None;
            standing.is_set = is_set(&cookie);
        }
    }

    /// Whether a response has set the cookie, so that a tracked client has it.
    pub(super) fn is_set(&self) -> bool {
        self.standing().is_set
    }
}

fn is_set(cookie: &Cookie<'_>) -> bool {
    !cookie.max_age().is_some_and(|age| age.is_zero())
}
