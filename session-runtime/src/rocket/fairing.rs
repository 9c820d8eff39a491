//! The fairing, which prepares the launch and ends each request.

use std::pin::Pin;
use std::task::{Context, Poll};

use rocket::fairing::{self, Fairing, Info, Kind};
use rocket::http::Method;
use rocket::{Build, Data, Orbit, Request, Response, Rocket};

use super::builder::SessionFairing;
use super::error::SessionError;
use super::sessions::Sessions;
use super::{cached, headers, launch, purge, reply};
use crate::request::finish::{self, Reply};
use crate::request::read::{Denial, RequestSession, Source};

/// A future that is ready at once. It has no size, so boxing it does not
/// allocate, and requests without a session cost nothing.
struct Ready;

impl Future for Ready {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        Poll::Ready(())
    }
}

type BoxFuture<'f, T> = Pin<Box<dyn Future<Output = T> + Send + 'f>>;

// Rocket's trait is an `async_trait`. This implements it without the macro, which
// would allocate a box for every call.
impl Fairing for SessionFairing {
    fn info(&self) -> Info {
        Info {
            name: "Sessions",
            kind: Kind::Ignite | Kind::Liftoff | Kind::Request | Kind::Response,
        }
    }

    fn on_ignite<'a, 'f>(&'a self, rocket: Rocket<Build>) -> BoxFuture<'f, fairing::Result>
    where
        'a: 'f,
        Self: 'f,
    {
        Box::pin(async {
            match launch::sessions(self.clone(), &rocket).await {
                Ok(sessions) => Ok(rocket.manage(sessions)),
                Err(errors) => {
                    errors.iter().for_each(|error| log::error!("{error}"));
                    Err(rocket)
                }
            }
        })
    }

    fn on_liftoff<'a, 'r, 'f>(&'a self, rocket: &'r Rocket<Orbit>) -> BoxFuture<'f, ()>
    where
        'a: 'f,
        'r: 'f,
        Self: 'f,
    {
        let sessions = rocket.state::<Sessions>();
        if let Some(sessions) = sessions {
            sessions.engine.registry.launched();
            #[cfg(feature = "testing")]
            sessions.edited_cookie.launched(rocket::tokio::runtime::Handle::current());
        }
        if let Some(sessions) = sessions
            && let Some(backend) = &sessions.engine.backend
        {
            if backend.limits_owners() && sessions.engine.registry.owner().is_none() {
                log::warn!(
                    "`max_sessions_per_owner` limits nothing: no mounted route shows a schema \
                     with an `#[owner]`. Write `#[owner]` before the field that says who is \
                     signed in; if only catchers or guards have that schema, type \
                     `.schema::<ItsName>()` after `Sessions::fairing()`."
                );
            }
            let clock = sessions.engine.clock.clone();
            purge::spawn(backend.store(), clock, sessions.purge_interval, rocket.shutdown());
        }
        Box::pin(Ready)
    }

    fn on_request<'a, 'b, 'c, 'd, 'e, 'f>(
        &'a self,
        request: &'b mut Request<'c>,
        _: &'d mut Data<'e>,
    ) -> BoxFuture<'f, ()>
    where
        'a: 'f,
        'b: 'f,
        'c: 'f,
        'd: 'f,
        'e: 'f,
        Self: 'f,
    {
        if request.method() == Method::Head {
            cached::remember_head(request);
        }
        Box::pin(Ready)
    }

    fn on_response<'r, 'a, 'b, 'c, 'f>(
        &'a self,
        request: &'r Request<'b>,
        response: &'c mut Response<'r>,
    ) -> BoxFuture<'f, ()>
    where
        'r: 'f,
        'a: 'f,
        'b: 'f,
        'c: 'f,
        Self: 'f,
    {
        if let Some((session, head)) = cached::answered(request)
            && let Some(Sessions { engine, .. }) = request.rocket().state()
        {
            let proven = session.handle.state().is_proven();
            let answered = reply::answered(response, head);
            match (&session.source, &engine.backend) {
                (Source::Denied(why), _) => deny(session, *why, response),
                (Source::Store(_), Some(backend)) => {
                    let finish = engine.finish_stored(backend, session, answered);
                    if !finish.is_read() {
                        return Box::pin(async move {
                            reply::give(finish.reply().await, proven, response);
                            #[cfg(feature = "testing")]
                            tell_edited_cookie(request, response);
                        });
                    }
                    reply::give(Reply::Read, proven, response);
                }
                (Source::Cookie | Source::Store(_), _) => {
                    reply::give(engine.finish(session, answered), proven, response);
                }
            }
        }
        #[cfg(feature = "testing")]
        tell_edited_cookie(request, response);
        Box::pin(Ready)
    }
}

/// Tells a test's edit of the cookies that the client is given.
#[cfg(feature = "testing")]
fn tell_edited_cookie(request: &Request<'_>, response: &Response<'_>) {
    if headers::has(response, "Set-Cookie")
        && let Some(sessions) = request.rocket().state::<Sessions>()
    {
        sessions.edited_cookie.answered(sessions.engine.template.name(), response);
    }
}

/// Ends a request that was denied its session.
fn deny(session: &RequestSession, why: Denial, response: &mut Response<'_>) {
    finish::finish_denied(session, &SessionError::from(why));
    reply::give(Reply::Read, false, response);
    if why == Denial::CrossOrigin {
        // The refusal depends on these headers. Responses to allowed requests need
        // no `Vary`: caches do not reuse them, or only for requests that are always
        // allowed.
        headers::vary(response, "Origin");
        headers::vary(response, "Sec-Fetch-Site");
    }
}
