//! The session's cookie after a test has edited it.
//!
//! Rocket's local client fills its jar from responses only. An edit is not a
//! response, so requests use this cookie instead of the jar's, until a response sets
//! the cookie. Each launch has one client, so the application keeps it.

use std::sync::{Mutex, MutexGuard, PoisonError};

use rocket::Response;
use rocket::http::Cookie;
use rocket::tokio::runtime::Handle;

#[derive(Default)]
pub(super) struct EditedCookie(Mutex<State>);

#[derive(Default)]
struct State {
    /// The client's runtime: a store's connections may work in no other.
    runtime: Option<Handle>,
    edit: Option<Edit>,
    /// Whether the last `Set-Cookie` of a response set the cookie, and did not remove it.
    is_set: bool,
}

struct Edit {
    /// The value in the jar when the session was edited. A request with another one
    /// brings its own cookie.
    replaces: Option<String>,
    /// The value to use, or `None` if the edit removed the cookie.
    value: Option<String>,
}

impl EditedCookie {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets the client before. `runtime` is that of the new one.
    pub(super) fn launched(&self, runtime: Handle) {
        *self.state() = State { runtime: Some(runtime), ..State::default() };
    }

    pub(super) fn runtime(&self) -> Option<Handle> {
        self.state().runtime.clone()
    }

    /// What to use instead of the value in the jar: `Some(None)` is no cookie.
    pub(super) fn replacement(&self, jar: Option<&str>) -> Option<Option<String>> {
        let state = self.state();
        let edit = state.edit.as_ref()?;
        (edit.replaces.as_deref() == jar).then(|| edit.value.clone())
    }

    /// Uses the cookie of this `Set-Cookie` from now on, instead of the one in the jar.
    pub(super) fn replace(&self, jar: Option<String>, set_cookie: &str) {
        let value = Cookie::parse(set_cookie).ok().filter(sets_value);
        let value = value.map(|cookie| cookie.value().to_owned());
        self.state().edit = Some(Edit { replaces: jar, value });
    }

    /// Leaves the cookie to the jar again if the response sets it.
    pub(super) fn answered(&self, name: &str, response: &Response<'_>) {
        let lines = response.headers().get("Set-Cookie");
        let cookies = lines.filter_map(|line| Cookie::parse(line).ok());
        if let Some(cookie) = cookies.filter(|cookie| cookie.name() == name).last() {
            let mut state = self.state();
            state.edit = None;
            state.is_set = sets_value(&cookie);
        }
    }

    /// Whether a response has set the cookie, so that a tracked client has it.
    pub(super) fn is_set(&self) -> bool {
        self.state().is_set
    }
}

fn sets_value(cookie: &Cookie<'_>) -> bool {
    !cookie.max_age().is_some_and(|age| age.is_zero())
}
