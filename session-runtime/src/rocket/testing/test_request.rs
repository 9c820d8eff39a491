//! A request that is never dispatched, and its session.

use rocket::tokio::runtime::Handle as Runtime;
use rocket::{Orbit, Request, Rocket};

use crate::request::finish::{Answered, Reply};
use crate::request::read::{RequestSession, Source};
use crate::rocket::sessions::Sessions;
use crate::rocket::{SessionError, cached, guard};
use crate::schema::{Handle, Missing, Schema};
use crate::session::Session;

const NO_FAIRING: &str = "The application has no sessions. Type `.attach(Sessions::fairing())` \
     after `rocket::build()`.";

const UNTRACKED: &str = "The client does not have the cookie that a response has set: it was made \
     with `Client::untracked`, and keeps none. Type `Client::tracked(rocket)`.";

const DROPPED: &str = "The edit was dropped: the client's session was ended or renewed elsewhere, \
     and what is written under its old cookie does not count. Type `session.clear()` first in the \
     edit, to begin a new session.";

const NOT_KEPT: &str = "The edit could not be kept, because the session store, or the operating \
     system, failed. The log has the reason.";

/// Or why the test fails.
pub(super) type Result<T> = std::result::Result<T, String>;

/// The runtime of the client that launched the application.
pub(super) fn runtime(rocket: &Rocket<Orbit>) -> Result<Runtime> {
    let sessions = rocket.state::<Sessions>();
    sessions
        .and_then(|sessions| sessions.edited_cookie.runtime())
        .ok_or_else(|| NO_FAIRING.to_owned())
}

/// The session of a request of the client.
pub(super) struct TestRequest<'r> {
    sessions: &'r Sessions,
    session: &'r RequestSession,
    handle: &'r Handle,
    /// The value of the session's cookie in the client's jar.
    jar: Option<String>,
}

impl<'r> TestRequest<'r> {
    /// Reads and checks the session as a guard for the schema does.
    pub(super) async fn begin<S: Schema>(request: &'r Request<'_>) -> Result<TestRequest<'r>> {
        let sessions = request.rocket().state::<Sessions>().ok_or(NO_FAIRING)?;
        let jar = request.cookies().get(sessions.cookie_name());
        let jar = jar.map(|cookie| cookie.value().to_owned());
        if jar.is_none() && sessions.edited_cookie.is_set() {
            return Err(UNTRACKED.to_owned());
        }
        let handle = guard::handle::<S>(request).await.map_err(|error| match error {
            SessionError::Unavailable | SessionError::NotLoaded(_) => {
                format!("{error} The log has the reason.")
            }
            error => error.to_string(),
        })?;
        let session = cached::session(request, sessions).await;
        Ok(TestRequest { sessions, session, handle, jar })
    }

    /// Opens the session for the schema.
    pub(super) fn open<S: Schema>(&self) -> Result<Session<S>> {
        Session::open(self.handle).map_err(|Missing(field)| missing::<S>(field))
    }

    /// Ends the request as the fairing does, and keeps the cookie for the client.
    pub(super) async fn finish(self) -> Result<()> {
        let TestRequest { sessions: Sessions { engine, edited_cookie, .. }, session, .. } = self;
        let answered = Answered { status: 200, head: false };
        let reply = match (&session.source, &engine.backend) {
            (Source::Store(_), Some(backend)) => {
                engine.finish_stored(backend, session, answered).reply().await
            }
            _ => engine.finish(session, answered),
        };
        let is_dropped = {
            let ending = self.handle.state().end(engine.registry.owner_key());
            matches!(reply, Reply::Read) && ending.changed(true) && !ending.is_empty(true)
        };
        self.make_read_only();
        match reply {
            Reply::Cookie(set_cookie) => edited_cookie.replace(self.jar, &set_cookie),
            Reply::Failed(why) => return Err(why),
            Reply::Unavailable => return Err(NOT_KEPT.to_owned()),
            Reply::Read if is_dropped => return Err(DROPPED.to_owned()),
            Reply::Read | Reply::Changed => {}
        }
        Ok(())
    }

    /// Opens the session for the schema, for reading.
    pub(super) fn read<S: Schema>(&self) -> Result<Session<S>> {
        self.make_read_only();
        self.open()
    }

    /// From now on, a write through any handle is a panic.
    fn make_read_only(&self) {
        self.handle.state().make_read_only(self.sessions.engine.registry.owner_key());
    }
}

fn missing<S: Schema>(field: &str) -> String {
    let table = S::TABLE;
    let name = table.name;
    if let Some(loads) = table.loaded().find(|loads| loads.name == field) {
        return format!(
            "The session has no `{field}`, which `{name}` requires: either it has no `{source}`, \
             or nothing is found for it. Set `{source}` through a schema without an `else` first, \
             and make sure that the application can load it.",
            source = loads.source,
        );
    }
    format!(
        "The session has no `{field}`, which `{name}` requires. Set it through a schema without \
         an `else` first, or use that schema here."
    )
}
