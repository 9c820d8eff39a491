//! Detects requests that a page of another origin sent (cross-site request
//! forgery), by headers that browsers add to every request and no page can change.
//!
//! `Sec-Fetch-Site` gives the answer directly (Fetch Metadata, 2.3). Browsers send
//! it to HTTPS and to localhost, but not with a WebSocket handshake. If it is
//! missing, `Origin` (RFC 6454, 7) is compared with the request's host.

use std::borrow::Cow;
use std::fmt;
use std::net::Ipv6Addr;

/// The most characters of a visitor's text that a log line shows: enough for the
/// longest possible host, with scheme and port.
pub(crate) const MAX_SHOWN: usize = 270;

/// A header that a browser sends at most once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Once<'a> {
    Absent,
    One(&'a str),
    /// No browser sends it several times, so none of the lines is trusted.
    Several,
}

impl<'a> Once<'a> {
    pub(crate) fn of(mut lines: impl Iterator<Item = &'a str>) -> Once<'a> {
        match (lines.next(), lines.next()) {
            (None, _) => Once::Absent,
            (Some(line), None) => Once::One(line),
            (Some(_), Some(_)) => Once::Several,
        }
    }
}

impl fmt::Display for Once<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Once::Absent => f.write_str("missing"),
            Once::One(value) => write!(f, "`{}`", shown(value)),
            Once::Several => f.write_str("there several times"),
        }
    }
}

/// A host, and its port if there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Host<'a> {
    pub(crate) name: &'a str,
    pub(crate) port: Option<u16>,
}

impl<'a> Host<'a> {
    /// Reads a `Host` header, or the part of an origin after `://`.
    pub(crate) fn parse(text: &'a str) -> Option<Host<'a>> {
        let end = match text.starts_with('[') {
            true => text.find(']')? + 1,
            false => text.find(':').unwrap_or(text.len()),
        };
        let (name, port) = text.split_at(end);
        let port = match port.strip_prefix(':') {
            None if port.is_empty() => None,
            Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                Some(digits.parse().ok()?)
            }
            _ => return None,
        };
        let in_a_name = |byte: u8| byte.is_ascii_graphic() && !b"/\\@?#,".contains(&byte);
        let is_name = !name.is_empty() && name.bytes().all(in_a_name);
        is_name.then_some(Host { name, port })
    }
}

impl fmt::Display for Host<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&shown(self.name))?;
        self.port.map_or(Ok(()), |port| write!(f, ":{port}"))
    }
}

/// The headers of a request that show where it comes from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Claims<'a> {
    pub(crate) origin: Once<'a>,
    pub(crate) fetch_site: Once<'a>,
    /// The host that it was sent to, if known.
    pub(crate) host: Option<Host<'a>>,
}

/// Why a request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// Its `Sec-Fetch-Site` names another origin or site.
    Site,
    /// It has no `Sec-Fetch-Site`, and its `Origin` does not match the host.
    Host,
}

/// Whether pages of other origins must not send such a request. A form counts
/// with any method: Rocket turns a form's POST into the method in its first field
/// `_method`, for example a GET, before any other code sees the request. A
/// WebSocket handshake counts too, although it is a GET.
pub(crate) fn is_judged<'a>(
    is_safe: bool,
    is_form: bool,
    mut upgrade: impl Iterator<Item = &'a str>,
) -> bool {
    let is_websocket = |protocol: &str| {
        // A version may follow the protocol's name (RFC 9110, 7.8).
        let name = protocol.split('/').next().unwrap_or_default();
        name.trim().eq_ignore_ascii_case("websocket")
    };
    !is_safe || is_form || upgrade.any(|line| line.split(',').any(is_websocket))
}

/// Decides whether the request may use the session. The order of the rules
/// matters.
pub(crate) fn judge(trusted: &[String], claims: &Claims<'_>) -> Result<(), Refusal> {
    let Claims { origin, fetch_site, host } = *claims;
    if let Once::One(origin) = origin
        && trusted.iter().any(|trusted| trusted == origin)
    {
        return Ok(());
    }
    match (fetch_site, origin) {
        (Once::One("same-origin" | "none"), _) => Ok(()),
        (Once::One(_) | Once::Several, _) => Err(Refusal::Site),
        // It does not come from a browser, and only a browser can be tricked into
        // sending a visitor's cookie.
        (Once::Absent, Once::Absent) => Ok(()),
        (Once::Absent, Once::One(origin)) if is_of(origin, host) == Some(true) => Ok(()),
        (Once::Absent, Once::One(_) | Once::Several) => Err(Refusal::Host),
    }
}

/// Whether the origin is that of the host. Behind a proxy the request's scheme is
/// unknown, so the origin's scheme decides which port is the default.
fn is_of(origin: &str, host: Option<Host<'_>>) -> Option<bool> {
    let (scheme, rest) = origin.split_once("://")?;
    let default = default_port(scheme)?;
    let (from, to) = (Host::parse(rest)?, host?);
    let port = |host: Host<'_>| host.port.filter(|port| *port != default);
    Some(from.name.eq_ignore_ascii_case(to.name) && port(from) == port(to))
}

fn default_port(scheme: &str) -> Option<u16> {
    match scheme {
        "http" => Some(80),
        "https" => Some(443),
        _ => None,
    }
}

/// A visitor's text for the log, escaped and shortened.
pub(crate) fn shown(text: &str) -> String {
    let mut shown: String =
        text.chars().take(MAX_SHOWN).flat_map(char::escape_default).take(MAX_SHOWN).collect();
    if shown.len() == MAX_SHOWN {
        shown.push('…');
    }
    shown
}

/// What is wrong with an entry of `trusted_origins`. An entry that no browser
/// sends would never match, and nobody would notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
    NoOrigin,
    Null,
    Wildcard,
    NotAscii,
    /// Browsers spell it differently.
    Spelling {
        why: Cow<'static, str>,
        instead: String,
    },
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Flaw::NoOrigin => f.write_str(
                "it must be `http://` or `https://`, a host, and a port if that is not the \
                 scheme's own. Type `trusted_origins = [\"https://example.com\"]`.",
            ),
            Flaw::Null => f.write_str(
                "`null` is what any sandboxed frame of any site sends. Remove it, and name the \
                 origin itself: `trusted_origins = [\"https://example.com\"]`.",
            ),
            Flaw::Wildcard => f.write_str(
                "origins are compared exactly, without `*`. Name each of them: `trusted_origins = \
                 [\"https://a.example.com\", \"https://b.example.com\"]`.",
            ),
            Flaw::NotAscii => f.write_str(
                "browsers send a host in ASCII. Type its form that begins with `xn--`: \
                 `trusted_origins = [\"https://xn--bcher-kva.example\"]`.",
            ),
            Flaw::Spelling { why, instead } => {
                write!(f, "{why}. Type `trusted_origins = [\"{instead}\"]`.")
            }
        }
    }
}

/// Checks that the text is an origin, spelled as browsers send it.
pub(crate) fn check(entry: &str) -> Result<(), Flaw> {
    if entry.eq_ignore_ascii_case("null") {
        return Err(Flaw::Null);
    }
    if entry.contains('*') {
        return Err(Flaw::Wildcard);
    }
    let (scheme, rest) = entry.split_once("://").ok_or(Flaw::NoOrigin)?;
    let scheme = scheme.to_ascii_lowercase();
    let default = default_port(&scheme).ok_or(Flaw::NoOrigin)?;
    let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let (user, host) = authority.rsplit_once('@').map_or((None, authority), |(u, h)| (Some(u), h));
    if !host.is_ascii() {
        return Err(Flaw::NotAscii);
    }
    let Host { name, port } = Host::parse(host).ok_or(Flaw::NoOrigin)?;
    let name = host_name(name).ok_or(Flaw::NoOrigin)?;
    let shown_port = port.filter(|port| *port != default);
    let instead = match shown_port {
        Some(port) => format!("{scheme}://{name}:{port}"),
        None => format!("{scheme}://{name}"),
    };
    let why: Cow<'static, str> = if instead == entry {
        return Ok(());
    } else if user.is_some() {
        "an origin has no user and no password".into()
    } else if !path.is_empty() {
        "an origin has no path, and no slash at its end".into()
    } else if port != shown_port {
        format!("browsers leave out the port {default} of `{scheme}`").into()
    } else if entry.bytes().any(|byte| byte.is_ascii_uppercase()) {
        "browsers send an origin in lower case".into()
    } else {
        "browsers write this origin in another way".into()
    };
    Err(Flaw::Spelling { why, instead })
}

/// The host in the spelling of browsers, if it is valid.
fn host_name(name: &str) -> Option<String> {
    if let Some(address) = name.strip_prefix('[') {
        let address: Ipv6Addr = address.strip_suffix(']')?.parse().ok()?;
        // Browsers write an IPv4 address inside an IPv6 address in hex.
        return Some(match address.to_ipv4_mapped() {
            Some(_) => name.to_ascii_lowercase(),
            None => format!("[{address}]"),
        });
    }
    let in_a_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    name.bytes().all(in_a_name).then(|| name.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::Once::{Absent, One, Several};
    use super::*;

    const TRUSTED: &str = "https://pay.example";

    fn allows(origin: Once<'_>, fetch_site: Once<'_>, host: &str) -> bool {
        let claims = Claims { origin, fetch_site, host: Host::parse(host) };
        judge(&[TRUSTED.to_owned()], &claims).is_ok()
    }

    #[test]
    fn every_row_of_the_table() {
        let own = One("https://shop.example");
        let other = One("https://evil.example");
        let trusted = One(TRUSTED);
        for (row, origin, site, allowed) in [
            ("trusted", trusted, Absent, true),
            ("trusted, whatever the site", trusted, One("cross-site"), true),
            ("trusted, with another port", One("https://pay.example:8443"), Absent, false),
            ("trusted, with its own port", One("https://pay.example:443"), Absent, false),
            ("trusted, with another scheme", One("http://pay.example"), Absent, false),
            ("trusted, in upper case", One("https://PAY.example"), Absent, false),
            ("trusted, with a slash", One("https://pay.example/"), Absent, false),
            ("below the trusted", One("https://a.pay.example"), Absent, false),
            ("beside the trusted", One("https://evilpay.example"), Absent, false),
            ("trusted, twice", Several, Absent, false),
            ("the site is the origin", own, One("same-origin"), true),
            ("the site is the origin, no `Origin`", Absent, One("same-origin"), true),
            ("the site is the origin, `null`", One("null"), One("same-origin"), true),
            ("the site is the origin, several", Several, One("same-origin"), true),
            ("the site is the origin, other", other, One("same-origin"), true),
            ("typed by the visitor", Absent, One("none"), true),
            ("the same site", own, One("same-site"), false),
            ("another site", own, One("cross-site"), false),
            ("another site, no `Origin`", Absent, One("cross-site"), false),
            ("a site of tomorrow", own, One("near-site"), false),
            ("a site in upper case", own, One("Same-Origin"), false),
            ("a site with a parameter", own, One("same-origin;x"), false),
            ("two sites in one line", own, One("same-origin, same-origin"), false),
            ("no site", own, One(""), false),
            ("several sites", own, Several, false),
            ("no browser", Absent, Absent, true),
            ("the host", own, Absent, true),
            ("another host", other, Absent, false),
            ("`null`", One("null"), Absent, false),
            ("no origin", One(""), Absent, false),
            ("several origins", Several, Absent, false),
            ("two origins in one line", One("https://shop.example, x"), Absent, false),
        ] {
            assert_eq!(allows(origin, site, "shop.example"), allowed, "{row}");
        }
    }

    #[test]
    fn an_origin_is_compared_with_the_host() {
        for (origin, host, allowed) in [
            ("https://a.example", "a.example", true),
            ("http://a.example", "a.example", true),
            // The scheme's default port may be left out.
            ("https://a.example", "a.example:443", true),
            ("https://a.example:443", "a.example", true),
            ("http://a.example", "a.example:80", true),
            ("http://a.example", "a.example:443", false),
            ("https://a.example", "a.example:80", false),
            ("https://a.example:8443", "a.example:8443", true),
            ("https://a.example:8443", "a.example", false),
            ("https://a.example", "a.example:8443", false),
            ("https://a.example:8443", "a.example:8444", false),
            // Host names are case-insensitive.
            ("https://a.example", "A.Example", true),
            ("https://A.EXAMPLE", "a.example", true),
            ("http://[::1]:8000", "[::1]:8000", true),
            ("http://[::1]", "[::1]:80", true),
            ("http://[::1]:8000", "[::1]:8001", false),
            ("http://[::1]:8000", "[::2]:8000", false),
            ("http://[::ABCD]", "[::abcd]", true),
            ("https://b.example", "a.example", false),
            ("https://a.example.evil.example", "a.example", false),
            ("https://evil.a.example", "a.example", false),
            ("https://a.example.", "a.example", false),
            // A text that is not an origin matches no host.
            ("a.example", "a.example", false),
            ("//a.example", "a.example", false),
            ("https:a.example", "a.example", false),
            ("HTTPS://a.example", "a.example", false),
            ("ftp://a.example", "a.example", false),
            ("chrome-extension://a.example", "a.example", false),
            ("https://a.example/", "a.example", false),
            ("https://evil.example@a.example", "a.example", false),
            ("https://a.example@evil.example", "a.example", false),
            ("https://a.example:", "a.example", false),
            ("https://a.example:x", "a.example", false),
            ("https://a.example:+443", "a.example", false),
            ("https://a.example:65979", "a.example:443", false),
            ("https://a.example ", "a.example", false),
            ("https://[::1", "[::1", false),
            ("https://[::1]x", "[::1]x", false),
            ("https://", "", false),
            ("https://:443", ":443", false),
            ("null", "null", false),
            ("https://a.example", "", false),
            ("https://a.example", "a.example, a.example", false),
            ("https://a.example", "user@a.example", false),
        ] {
            assert_eq!(allows(One(origin), Absent, host), allowed, "{origin} to {host}");
        }
    }

    #[test]
    fn what_is_judged() {
        let judged = |is_safe, is_form, upgrade: &[&str]| {
            is_judged(is_safe, is_form, upgrade.iter().copied())
        };
        assert!(!judged(true, false, &[]));
        assert!(judged(false, false, &[]));
        assert!(judged(true, true, &[]));
        for websocket in ["websocket", "WebSocket", "h2c, websocket", "h2c,WEBSOCKET ,x"] {
            assert!(judged(true, false, &[websocket]), "{websocket}");
        }
        assert!(judged(true, false, &["websocket/13"]));
        assert!(judged(true, false, &["h2c", "websocket"]));
        for other in ["", "h2c", "websockets", "x-websocket", "web socket"] {
            assert!(!judged(true, false, &[other]), "{other}");
        }
    }

    #[test]
    fn headers_come_once() {
        assert_eq!(Once::of([].into_iter()), Absent);
        assert_eq!(Once::of(["a"].into_iter()), One("a"));
        assert_eq!(Once::of(["a", "a"].into_iter()), Several);
        assert_eq!(One("a\r\n\u{1b}[31m").to_string(), "`a\\r\\n\\u{1b}[31m`");
    }

    #[test]
    fn what_is_shown_is_escaped_and_bounded() {
        assert_eq!(shown("https://a.example:8443"), "https://a.example:8443");
        assert_eq!(shown("\u{202e}é"), "\\u{202e}\\u{e9}");
        for long in ["x".repeat(100_000), "\u{1b}".repeat(100_000)] {
            assert_eq!(shown(&long).chars().count(), MAX_SHOWN + 1);
        }
    }

    #[test]
    fn entries_are_origins_as_browsers_send_them() {
        for good in [
            "https://example.com",
            "http://example.com",
            "http://localhost:8000",
            "https://a-b_c.example:8443",
            "http://127.0.0.1:3000",
            "http://[::1]:8000",
            "http://[::ffff:c0a8:1]",
            "https://xn--bcher-kva.example",
        ] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for (bad, flaw) in [
            ("", Flaw::NoOrigin),
            ("example.com", Flaw::NoOrigin),
            ("//example.com", Flaw::NoOrigin),
            ("https:example.com", Flaw::NoOrigin),
            ("ftp://example.com", Flaw::NoOrigin),
            ("app://example.com", Flaw::NoOrigin),
            (" https://example.com", Flaw::NoOrigin),
            ("https://example.com ", Flaw::NoOrigin),
            ("https://", Flaw::NoOrigin),
            ("https://:443", Flaw::NoOrigin),
            ("https://example.com:", Flaw::NoOrigin),
            ("https://example.com:http", Flaw::NoOrigin),
            ("https://example.com:65536", Flaw::NoOrigin),
            ("https://exa mple.com", Flaw::NoOrigin),
            ("https://a.example,https://b.example", Flaw::NoOrigin),
            ("https://[::1", Flaw::NoOrigin),
            ("https://[localhost]", Flaw::NoOrigin),
            ("https://::1", Flaw::NoOrigin),
            ("null", Flaw::Null),
            ("NULL", Flaw::Null),
            ("*", Flaw::Wildcard),
            ("https://*.example.com", Flaw::Wildcard),
            ("https://bücher.example", Flaw::NotAscii),
        ] {
            assert_eq!(check(bad), Err(flaw), "{bad}");
        }
        for (bad, right) in [
            ("https://example.com/", "https://example.com"),
            ("https://example.com/path", "https://example.com"),
            ("https://example.com?x", "https://example.com"),
            ("https://example.com#x", "https://example.com"),
            ("https://user:secret@example.com", "https://example.com"),
            ("https://Example.COM", "https://example.com"),
            ("HTTPS://example.com", "https://example.com"),
            ("https://example.com:443", "https://example.com"),
            ("http://example.com:80", "http://example.com"),
            ("https://example.com:08443", "https://example.com:8443"),
            ("http://[0:0::1]", "http://[::1]"),
        ] {
            let flaw = check(bad).unwrap_err();
            let words = format!("Type `trusted_origins = [\"{right}\"]`");
            assert!(flaw.to_string().contains(&words), "{bad}: {flaw}");
            assert!(!flaw.to_string().contains("secret"), "{flaw}");
            assert_eq!(check(right), Ok(()), "{right}");
        }
    }
}
