//! Sets and reads the session in an application's tests, with Rocket's local clients.
//!
//! Needs the Cargo feature `testing`, for tests only:
//! `cargo add --dev session-runtime --features testing`.
//!
//! A test need not sign in through the login form to see what a member sees:
//!
//! ```
//! use rocket::http::Status;
//! use rocket::local::blocking::Client;
//! use rocket::{Build, Rocket, get, post, routes};
//! use session_runtime::prelude::*;
//! use session_runtime::testing::SessionClient;
//!
//! #[session(#[owner] user_id: i64, visits: u32 = 0, flash(success))]
//! pub struct Visitor;
//!
//! #[session(..Visitor, user_id: i64 else Status::Unauthorized)]
//! #[get("/profile")]
//! fn profile(mut session: Session) -> String {
//!     *session.visits_mut() += 1;
//!     format!("Hello, number {}", session.user_id())
//! }
//!
//! #[post("/logout")]
//! fn logout(session: Session<Visitor>) {
//!     session.clear();
//!     session.flash_success("Good bye.");
//! }
//!
//! fn rocket() -> Rocket<Build> {
//!     rocket::build().attach(Sessions::fairing()).mount("/", routes![profile, logout])
//! }
//!
//! // A function marked `#[test]` in an application.
//! let client = Client::tracked(rocket()).expect("the application launches");
//! assert_eq!(client.get("/profile").dispatch().status(), Status::Unauthorized);
//!
//! client.edit_session(|session: &mut Session<Visitor>| session.set_user_id(1));
//! assert_eq!(client.get("/profile").dispatch().status(), Status::Ok);
//! assert_eq!(client.session::<Visitor>().visits(), 1);
//!
//! client.post("/logout").dispatch();
//! let session = client.session::<Visitor>();
//! assert_eq!(session.user_id(), None);
//! assert_eq!(session.peek_flashes()[0].message, "Good bye.");
//! ```
//!
//! Both methods use the application's own configuration, keys and store, in every
//! format of the cookie. No route and no fairing of the application runs, only the
//! loaders of loaded fields that the schema declares.
//!
//! The client must be a tracked one (`Client::tracked`), because an untracked one keeps
//! no cookies. Two clients are two visitors: neither sees what the other one's test
//! edits, except in a store that both use.
//!
//! # The client's cookies
//!
//! Nothing but a response can change the cookies in Rocket's client. Requests use an
//! edit's cookie in place of the client's until the next response that sets the session's
//! cookie, and `client.cookies()` does not show it until then. A request that brings a
//! session cookie of its own is served with that one, unless it is the very cookie that
//! the client had before the edit, which Rocket does not tell from the client's.
//!
//! # Time
//!
//! [`Clock::manual`](crate::Clock::manual) makes a clock for
//! [`Sessions::fairing().clock(…)`](crate::SessionFairing::clock) that stands still until
//! the test moves it:
//!
//! ```
//! # use rocket::local::blocking::Client;
//! # use session_runtime::prelude::*;
//! # use session_runtime::testing::SessionClient;
//! # #[session(user_id: i64)]
//! # pub struct Visitor;
//! use std::time::Duration;
//! use session_runtime::Clock;
//!
//! let clock = Clock::manual(1_700_000_000); // seconds since 1970
//! let sessions = Sessions::fairing().clock(clock.clone()).lifetime(Duration::from_secs(3600));
//! let client = Client::tracked(rocket::build().attach(sessions)).expect("it launches");
//!
//! client.edit_session(|session: &mut Session<Visitor>| session.set_user_id(1));
//! clock.advance(Duration::from_secs(3600));
//! assert_eq!(client.session::<Visitor>().user_id(), Some(1));
//! clock.advance(Duration::from_secs(1));
//! assert_eq!(client.session::<Visitor>().user_id(), None);
//! ```

mod test_request;

use std::panic::Location;

use rocket::local::{asynchronous, blocking};

use self::test_request::{TestRequest, runtime};
use crate::schema::Schema;
use crate::session::Session;

/// Sets and reads the session of Rocket's blocking client. See the
/// [module](crate::testing) for an example.
pub trait SessionClient: sealed::Client {
    /// Changes the client's session, as Flask's `session_transaction` does. Returns what
    /// the closure returns.
    ///
    /// The closure does what a handler does, and all of it counts: a field marked
    /// `#[owner]` signs in, `clear()` signs out, messages that it reads are gone.
    ///
    /// ```
    /// # use rocket::local::blocking::Client;
    /// use session_runtime::prelude::*;
    /// use session_runtime::testing::SessionClient;
    ///
    /// #[session(cart: Vec<String> = vec![], flash(error))]
    /// pub struct Visitor;
    ///
    /// # let rocket = rocket::build().attach(Sessions::fairing());
    /// let client = Client::tracked(rocket).expect("the application launches");
    /// let lines = client.edit_session(|session: &mut Session<Visitor>| {
    ///     session.cart_mut().push("tea".to_owned());
    ///     session.flash_error("Only one left.");
    ///     session.cart().len()
    /// });
    /// assert_eq!(lines, 1);
    /// ```
    ///
    /// Without a schema, the closure takes a `&mut Session` with Flask's untyped verbs.
    ///
    /// # Panics
    ///
    /// If the session cannot be changed: the fairing is not attached, the client is
    /// untracked, the schema contradicts the application's, a field that it requires
    /// with `else` is missing, the session is too large, or the store fails.
    #[track_caller]
    fn edit_session<S: Schema, T>(&self, edit: impl FnOnce(&mut Session<S>) -> T) -> T;

    /// The client's session, as the last response or edit left it. It is for reading:
    /// a write is a panic that names its line. Look at messages with
    /// [`peek_flashes`](Session::peek_flashes), which leaves them for the next response.
    ///
    /// [`AnySession`](crate::AnySession) as the schema gives the session with Flask's
    /// untyped verbs: `client.session::<AnySession>().get::<u32>("visits")`.
    ///
    /// # Panics
    ///
    /// If the session cannot be read, for the reasons that [`edit_session`](Self::edit_session)
    /// gives.
    #[must_use = "the session is only read"]
    #[track_caller]
    fn session<S: Schema>(&self) -> Session<S>;
}

impl SessionClient for blocking::Client {
    fn edit_session<S: Schema, T>(&self, edit: impl FnOnce(&mut Session<S>) -> T) -> T {
        let request = self.get("/");
        let edited = runtime(self.rocket()).and_then(|runtime| {
            let test = runtime.block_on(TestRequest::begin::<S>(request.inner()))?;
            // Outside of the runtime, so that the test may wait for something here.
            let returned = edit(&mut test.open()?);
            runtime.block_on(test.finish())?;
            Ok(returned)
        });
        match edited {
            Ok(returned) => returned,
            Err(why) => panic!("{why}"),
        }
    }

    fn session<S: Schema>(&self) -> Session<S> {
        let request = self.get("/");
        let session = runtime(self.rocket())
            .and_then(|runtime| runtime.block_on(TestRequest::begin::<S>(request.inner())))
            .and_then(|test| test.read());
        match session {
            Ok(session) => session,
            Err(why) => panic!("{why}"),
        }
    }
}

/// Sets and reads the session of Rocket's asynchronous client.
///
/// ```
/// use rocket::local::asynchronous::Client;
/// use session_runtime::prelude::*;
/// use session_runtime::testing::AsyncSessionClient;
///
/// #[session(user_id: i64)]
/// pub struct Visitor;
///
/// # rocket::async_test(async {
/// # let rocket = rocket::build().attach(Sessions::fairing());
/// // A function marked `#[rocket::async_test]` in an application.
/// let client = Client::tracked(rocket).await.expect("the application launches");
/// client.edit_session(|session: &mut Session<Visitor>| session.set_user_id(1)).await;
/// assert_eq!(client.session::<Visitor>().await.user_id(), Some(1));
/// # });
/// ```
pub trait AsyncSessionClient: sealed::Client {
    /// Changes the client's session. See [`SessionClient::edit_session`].
    ///
    /// # Panics
    ///
    /// If the session cannot be changed.
    #[track_caller]
    fn edit_session<S: Schema, T>(
        &self,
        edit: impl FnOnce(&mut Session<S>) -> T,
    ) -> impl Future<Output = T>;

    /// The client's session, for reading. See [`SessionClient::session`].
    ///
    /// # Panics
    ///
    /// If the session cannot be read.
    #[track_caller]
    fn session<S: Schema>(&self) -> impl Future<Output = Session<S>>;
}

impl AsyncSessionClient for asynchronous::Client {
    fn edit_session<S: Schema, T>(
        &self,
        edit: impl FnOnce(&mut Session<S>) -> T,
    ) -> impl Future<Output = T> {
        let at = Location::caller();
        async move {
            let request = self.get("/");
            let edited = async {
                let test = TestRequest::begin::<S>(request.inner()).await?;
                let returned = edit(&mut test.open()?);
                test.finish().await?;
                Ok(returned)
            };
            edited.await.unwrap_or_else(|why: String| panic!("{why} (At {at}.)"))
        }
    }

    fn session<S: Schema>(&self) -> impl Future<Output = Session<S>> {
        let at = Location::caller();
        async move {
            let request = self.get("/");
            let test = TestRequest::begin::<S>(request.inner()).await;
            let session = test.and_then(|test| test.read());
            session.unwrap_or_else(|why| panic!("{why} (At {at}.)"))
        }
    }
}

mod sealed {
    pub trait Client {}

    impl Client for rocket::local::blocking::Client {}
    impl Client for rocket::local::asynchronous::Client {}
}
