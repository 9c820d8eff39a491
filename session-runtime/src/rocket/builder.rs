//! The settings that an application makes in its code.

use std::sync::Arc;
use std::time::Duration;

use rocket::http::SameSite;

use crate::clock::Clock;
use crate::config::{self, FlaskDigest, Format, Refresh, Settings};
use crate::schema::Schema;
use crate::schema::table::Table;
use crate::store::Store;

/// The fairing that [`Sessions::fairing`](crate::Sessions::fairing) returns. Every setting is
/// optional, and takes precedence over the same setting in `[default.session]` of Rocket.toml.
/// The [guide](crate::guide::configuration) has them in a table.
///
/// ```
/// use std::time::Duration;
/// use session_runtime::Sessions;
///
/// let sessions = Sessions::fairing().lifetime(Duration::from_secs(12 * 60 * 60)).permanent(true);
/// let rocket = rocket::build().attach(sessions);
/// # drop(rocket);
/// ```
#[derive(Clone, Default)]
#[must_use = "attach the fairing: `rocket::build().attach(Sessions::fairing())`"]
pub struct SessionFairing {
    pub(super) settings: Settings,
    pub(super) clock: Clock,
    pub(super) schemas: Vec<&'static Table>,
    pub(super) store: Option<Arc<dyn Store>>,
}

impl SessionFairing {
    /// The key that signs: at least 32 random bytes, as 64 characters of hex
    /// or as base64. Default: Rocket's own `secret_key`.
    ///
    /// With [`Format::Flask`] it is the Flask application's `SECRET_KEY`, which may
    /// be any text.
    pub fn secret_key(mut self, key: impl Into<String>) -> Self {
        self.settings.secret_key = Some(key.into().into());
        self
    }

    /// Keys that verify cookies but do not sign them: up to seven former values of
    /// `secret_key`.
    pub fn fallback_keys<I>(mut self, keys: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        self.settings.fallback_keys = Some(keys.into_iter().map(|key| key.into().into()).collect());
        self
    }

    /// The cookie's name. Default: `__Host-session`, or `__Secure-session`
    /// with a domain or a path other than `/`, or `session` if not secure.
    /// With [`Format::Flask`] it is `session`, as in Flask.
    pub fn cookie(mut self, name: impl Into<String>) -> Self {
        self.settings.cookie = Some(name.into());
        self
    }

    /// The cookie's path. Default: `/`.
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.settings.path = Some(path.into());
        self
    }

    /// The cookie's domain. Default: none, which means this host only.
    pub fn domain(mut self, domain: impl Into<String>) -> Self {
        self.settings.domain = Some(domain.into());
        self
    }

    /// Whether the cookie is sent over HTTPS only. Default: true, except in
    /// the debug profile.
    pub fn secure(mut self, secure: bool) -> Self {
        self.settings.secure = Some(secure);
        self
    }

    /// Whether the cookie is hidden from JavaScript. Default: true.
    pub fn http_only(mut self, http_only: bool) -> Self {
        self.settings.http_only = Some(http_only);
        self
    }

    /// The cookie's `SameSite`. Default: `Lax`.
    ///
    /// ```
    /// use rocket::http::SameSite;
    /// use session_runtime::Sessions;
    ///
    /// let fairing = Sessions::fairing().same_site(SameSite::Strict);
    /// # drop(rocket::build().attach(fairing));
    /// ```
    pub fn same_site(mut self, same_site: SameSite) -> Self {
        self.settings.same_site = Some(match same_site {
            SameSite::Strict => config::SameSite::Strict,
            SameSite::Lax => config::SameSite::Lax,
            SameSite::None => config::SameSite::None,
        });
        self
    }

    /// Whether the cookie is kept apart for each embedding site (CHIPS).
    /// Default: false.
    pub fn partitioned(mut self, partitioned: bool) -> Self {
        self.settings.partitioned = Some(partitioned);
        self
    }

    /// How long a session lives after it was last issued, in whole seconds.
    /// Default: 31 days.
    pub fn lifetime(mut self, lifetime: Duration) -> Self {
        self.settings.lifetime = Some(lifetime);
        self
    }

    /// How long a session lives after it began, in whole seconds. Use does not extend
    /// it. Only a sign-in starts it again: setting the `#[owner]` field or, in an
    /// application without one, [`renew`](crate::Session::renew). Default: no
    /// limit.
    pub fn absolute_lifetime(mut self, lifetime: Duration) -> Self {
        self.settings.absolute_lifetime = Some(lifetime);
        self
    }

    /// Whether a new session is permanent: the browser keeps its cookie after it is
    /// closed. `set_permanent(false)` changes that for one session. Default: false.
    pub fn permanent(mut self, permanent: bool) -> Self {
        self.settings.permanent = Some(permanent);
        self
    }

    /// Whether to refuse requests from pages of other origins if the handler takes
    /// the session. This applies to every method but GET, HEAD and OPTIONS, and to
    /// WebSocket handshakes. They get a 403
    /// ([`SessionError::CrossOrigin`](crate::SessionError::CrossOrigin)) before
    /// the session is read. Default: true.
    ///
    /// Forms need no token, because browsers send headers that show where a request
    /// comes from.
    pub fn csrf_protection(mut self, csrf_protection: bool) -> Self {
        self.settings.csrf_protection = Some(csrf_protection);
        self
    }

    /// Other origins whose pages may send any request, such as an identity provider
    /// that answers with a form: `https://login.example.com`. They are compared
    /// exactly: `http://` or `https://`, a host, and a port unless it is the scheme's
    /// default. Default: none.
    pub fn trusted_origins<I>(mut self, origins: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        self.settings.trusted_origins = Some(origins.into_iter().map(Into::into).collect());
        self
    }

    /// When an unchanged session is issued again. Default: after half of its lifetime.
    pub fn refresh(mut self, refresh: Refresh) -> Self {
        self.settings.refresh = Some(refresh);
        self
    }

    /// The most bytes that the cookie's name and value may have together. Default:
    /// 4096, the limit of browsers.
    pub fn max_cookie_size(mut self, bytes: usize) -> Self {
        self.settings.max_cookie_size = Some(bytes);
        self
    }

    /// With a store: the most bytes that the text of a session's fields and messages
    /// may have. Default: 65536. A session in a cookie is limited by
    /// [`max_cookie_size`](Self::max_cookie_size).
    pub fn max_session_size(mut self, bytes: usize) -> Self {
        self.settings.max_session_size = Some(bytes);
        self
    }

    /// With a store: how many sessions one owner may have. A sign-in beyond that ends
    /// the owner's session that was not seen for the longest time. Default: no limit.
    ///
    /// ```
    /// # #[cfg(feature = "memory")] {
    /// use session_runtime::Sessions;
    /// use session_runtime::store::Memory;
    ///
    /// let fairing = Sessions::fairing().store(Memory::new()).max_sessions_per_owner(5);
    /// # drop(rocket::build().attach(fairing)); }
    /// ```
    pub fn max_sessions_per_owner(mut self, sessions: usize) -> Self {
        self.settings.max_sessions_per_owner = Some(sessions);
        self
    }

    /// The format of the cookie. Default: signed.
    pub fn format(mut self, format: Format) -> Self {
        self.settings.format = Some(format);
        self
    }

    /// Further formats to read. Their cookies are issued again in the
    /// [`format`](Self::format). Default: none.
    pub fn accept(mut self, formats: impl IntoIterator<Item = Format>) -> Self {
        self.settings.accept = Some(formats.into_iter().collect());
        self
    }

    /// The digest of Flask's cookies, for a Flask application that does not use the
    /// default. Default: SHA-1.
    pub fn flask_digest(mut self, digest: FlaskDigest) -> Self {
        self.settings.flask.digest = Some(digest);
        self
    }

    /// The salt of Flask's cookies, for a Flask application that does not use the
    /// default. Default: `cookie-session`.
    pub fn flask_salt(mut self, salt: impl Into<String>) -> Self {
        self.settings.flask.salt = Some(salt.into());
        self
    }

    /// Keeps sessions in a store on the server, instead of in the cookie. Takes
    /// precedence over the configuration's `store`. Default: in the cookie.
    ///
    /// ```
    /// # #[cfg(feature = "memory")] {
    /// use session_runtime::Sessions;
    /// use session_runtime::store::Memory;
    ///
    /// let fairing = Sessions::fairing().store(Memory::new().capacity(10_000));
    /// # drop(rocket::build().attach(fairing)); }
    /// ```
    pub fn store(mut self, store: impl Store) -> Self {
        self.store = Some(Arc::new(store));
        self
    }

    /// How long one call of the store may take. If it takes longer, the response is a
    /// 503. Default: one second.
    pub fn store_timeout(mut self, timeout: Duration) -> Self {
        self.settings.store_timeout = Some(timeout);
        self
    }

    /// How often expired sessions are deleted from the store. Default: once a minute.
    pub fn purge_interval(mut self, interval: Duration) -> Self {
        self.settings.purge_interval = Some(interval);
        self
    }

    /// The clock that sessions use. Default: the system clock.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Checks a schema against all others at launch if no mounted route uses it, but
    /// only catchers or guards of your own. If such a schema has the `#[owner]` field,
    /// you must name it here, or the first sign-ins are not recognised.
    pub fn schema<S: Schema>(mut self) -> Self {
        self.schemas.push(S::TABLE);
        self
    }
}

impl std::fmt::Debug for SessionFairing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SessionFairing").finish_non_exhaustive()
    }
}
