//! Detects, counts and logs requests that a page of another origin sent.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use rocket::Request;
use rocket::http::Method;

use crate::config::Config;
use crate::request::origin::{self, Claims, Host, MAX_SHOWN, Once, Refusal};
use crate::request::read::Denial;

/// The most origins to warn about, because anybody can make up new ones.
const MAX_WARNED: usize = 16;

/// What an application does about requests from other origins.
pub(super) struct CrossOrigin {
    protects: bool,
    trusted: Vec<String>,
    refused: AtomicU64,
    /// The origins that a warning named already.
    warned: Mutex<Vec<String>>,
}

impl CrossOrigin {
    pub(super) fn new(config: &Config) -> CrossOrigin {
        CrossOrigin {
            protects: config.csrf_protection,
            trusted: config.trusted_origins.clone(),
            refused: AtomicU64::new(0),
            warned: Mutex::default(),
        }
    }

    /// The number of refused requests.
    pub(super) fn refused(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }

    /// Decides whether the request may use its session.
    pub(super) fn judge(&self, request: &Request<'_>) -> Result<(), Denial> {
        let is_safe = matches!(request.method(), Method::Get | Method::Head | Method::Options);
        let is_form = || request.content_type().is_some_and(|content| content.is_form());
        let upgrade = request.headers().get("Upgrade");
        if !self.protects || !origin::is_judged(is_safe, is_form(), upgrade) {
            return Ok(());
        }
        let header = |name| Once::of(request.headers().get(name));
        let claims = Claims {
            origin: header("Origin"),
            fetch_site: header("Sec-Fetch-Site"),
            host: host(request),
        };
        origin::judge(&self.trusted, &claims).map_err(|refusal| {
            self.refused.fetch_add(1, Ordering::Relaxed);
            self.log(request, &claims, refusal);
            Denial::CrossOrigin
        })
    }

    fn log(&self, request: &Request<'_>, claims: &Claims<'_>, refusal: Refusal) {
        let Claims { origin, fetch_site, .. } = claims;
        let method = request.method();
        log::debug!(
            "A {method} from another origin was refused: its `Origin` is {origin}, its \
             `Sec-Fetch-Site` {fetch_site}."
        );
        let Some(is_last) = self.is_first(origin.to_string()) else { return };
        let route = request.route().map(|route| format!(" to `{}`", route.uri));
        let route = route.unwrap_or_default();
        let because = match (refusal, claims.host) {
            (Refusal::Site, _) => format!("its `Sec-Fetch-Site` is {fetch_site}"),
            (Refusal::Host, Some(host)) => format!("the host that it was sent to is `{host}`"),
            (Refusal::Host, None) => "it does not say which host it was sent to".into(),
        };
        let advice = advice(claims, refusal);
        let more = if is_last { " Further origins are logged at debug level." } else { "" };
        log::warn!(
            "A {method}{route} was refused with a 403, because a page of another origin sent it: \
             its `Origin` is {origin}, and {because}. {advice}{more}"
        );
    }

    /// `None` if there should be no warning about this origin. Otherwise whether this
    /// warning is the last.
    fn is_first(&self, origin: String) -> Option<bool> {
        let mut warned = self.warned.lock().unwrap_or_else(PoisonError::into_inner);
        if warned.len() == MAX_WARNED || warned.contains(&origin) {
            return None;
        }
        warned.push(origin);
        Some(warned.len() == MAX_WARNED)
    }
}

/// What to type if the request is legitimate.
fn advice(claims: &Claims<'_>, refusal: Refusal) -> String {
    match claims.origin {
        Once::One(origin) if origin.len() < MAX_SHOWN && origin::check(origin).is_ok() => {
            let origin = origin::shown(origin);
            let proxy = match refusal {
                Refusal::Host => {
                    ", or let the proxy in front of the application pass on the `Host` header"
                }
                Refusal::Site => "",
            };
            format!(
                "If that origin is your own, type `trusted_origins = [\"{origin}\"]` into the \
                 session's configuration{proxy}."
            )
        }
        Once::One("null") => "If the page is your own, send it without `Referrer-Policy: \
                              no-referrer` and outside of a sandbox: no origin of that name can \
                              be trusted."
            .into(),
        Once::Absent => "Without an `Origin` it cannot be trusted.".into(),
        Once::One(_) | Once::Several => {
            "No browser sends such an `Origin`, and it cannot be trusted.".into()
        }
    }
}

/// The host that the request was sent to. HTTP/2 has no `Host` header, and
/// requests of Rocket's local client have only that.
fn host<'r>(request: &'r Request<'_>) -> Option<Host<'r>> {
    let header = Once::of(request.headers().get("Host"));
    match (request.host(), header) {
        // Rocket uses the first one. A proxy may have used another.
        (_, Once::Several) => None,
        (Some(host), _) => Some(Host { name: host.domain().as_str(), port: host.port() }),
        (None, Once::One(header)) => Host::parse(header),
        (None, Once::Absent) => None,
    }
}
