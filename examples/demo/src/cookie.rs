//! The visitor's own session cookie, taken apart: its owner can read all of it
//! and change none of it.

use std::time::{Duration, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rocket::get;
use rocket::http::CookieJar;
use rocket::serde::Serialize;
use session_runtime::prelude::*;
use session_runtime::templates::{Rendered, context};

use crate::schema::Visitor;

#[get("/cookie")]
pub(crate) fn show(
    session: Session<Visitor>,
    sessions: &Sessions,
    cookies: &CookieJar<'_>,
) -> Rendered {
    // An empty session has no cookie, so a cookie that comes with an empty session
    // was refused.
    let refused = session.is_empty();
    let sent = cookies.get(sessions.cookie_name());
    let cookie = sent.map(|cookie| Anatomy::new(cookie.name(), cookie.value()));
    session.render("cookie", context! { cookie, refused, limit: sessions.max_cookie_size() })
}

/// The parts of `payload.header.signature`, and what they say.
#[derive(Serialize)]
#[serde(crate = "rocket::serde")]
struct Anatomy<'a> {
    name: &'a str,
    size: usize,
    /// As they were sent, or empty if the value has another form.
    payload: &'a str,
    header: &'a str,
    signature: &'a str,
    /// The fields, as indented JSON.
    fields: Option<String>,
    times: Option<Times>,
}

/// In RFC 3339 notation.
#[derive(Serialize)]
#[serde(crate = "rocket::serde")]
struct Times {
    began: String,
    issued: String,
}

impl<'a> Anatomy<'a> {
    fn new(name: &'a str, value: &'a str) -> Self {
        let mut parts = value.splitn(3, '.');
        let mut next = || parts.next().unwrap_or_default();
        let (payload, header, signature) = (next(), next(), next());
        Anatomy {
            name,
            size: name.len() + value.len(),
            payload,
            header,
            signature,
            fields: fields(payload),
            times: times(header),
        }
    }
}

/// Anybody who has the cookie can do this: reading it needs no key.
fn fields(payload: &str) -> Option<String> {
    let json = URL_SAFE_NO_PAD.decode(payload).ok()?;
    let fields: serde_json::Value = serde_json::from_slice(&json).ok()?;
    serde_json::to_string_pretty(&fields).ok()
}

/// Bytes 6 to 10 say when the session began, in seconds since 1970, and bytes 11
/// to 15 when this cookie was issued.
fn times(header: &str) -> Option<Times> {
    let bytes = URL_SAFE_NO_PAD.decode(header).ok()?;
    let time = |bytes: &[u8]| {
        let seconds = bytes.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
        // The last second of the year 9999: the notation ends there.
        let time = UNIX_EPOCH + Duration::from_secs(seconds.min(253_402_300_799));
        humantime::format_rfc3339_seconds(time).to_string()
    };
    Some(Times { began: time(bytes.get(6..11)?), issued: time(bytes.get(11..16)?) })
}
