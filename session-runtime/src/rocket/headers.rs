//! The headers that tell caches about a response with a session.

use rocket::Response;
use rocket::http::uncased::UncasedStr;

/// Whether the response has the header.
///
/// `HeaderMap::contains` hashes the name. This is called for every response with
/// a session, and comparing its few headers costs a tenth of that.
pub(super) fn has(response: &Response<'_>, name: &str) -> bool {
    response.headers().iter().any(|header| header.name() == name)
}

/// Adds the name to the response's `Vary` (RFC 9110, 12.5.5).
pub(super) fn vary(response: &mut Response<'_>, name: &'static str) {
    let lists = |wanted: &str| {
        let lines = response.headers().get("Vary");
        lines.flat_map(|line| line.split(',')).any(|name| name.trim().eq_ignore_ascii_case(wanted))
    };
    if !has(response, "Vary") {
        // `adjoin_raw_header` would make room for four of them.
        response.set_raw_header("Vary", name);
    } else if !lists(name) && !lists("*") {
        response.adjoin_raw_header("Vary", name);
    }
}

/// For a response that depends on a required field. After a sign-out, the
/// browser's Back must not show it, which takes `no-store`. A `Cache-Control` of
/// the handler is kept.
pub(super) fn proven(response: &mut Response<'_>) {
    if !has(response, "Cache-Control") {
        response.set_raw_header("Cache-Control", "private, no-store");
    }
}

/// For a response whose handler took the session: private, unless the handler set
/// `Cache-Control`.
pub(super) fn read(response: &mut Response<'_>) {
    if !has(response, "Cache-Control") {
        response.set_raw_header("Cache-Control", "private");
    }
}

/// For a response with a session in its `Set-Cookie`: no cache may give it to
/// anybody else (CVE-2023-30861). Permissions that the handler gave to caches are
/// removed; its stricter directives stay.
pub(super) fn set(response: &mut Response<'_>) {
    let headers = response.headers().iter();
    let targeted = headers.filter(|header| is_targeted(header.name().as_str()));
    // Rarely any, so nothing is copied for the others.
    let targeted: Vec<_> = targeted.map(|header| header.name().to_string()).collect();
    for name in targeted {
        log::warn!("A response that sets the session cookie is not public: `{name}` was removed.");
        response.remove_header(&name);
    }
    if !has(response, "Cache-Control") {
        response.set_raw_header("Cache-Control", "private, no-cache");
        return;
    }
    let (kept, dropped) = private_no_cache(response.headers().get("Cache-Control"));
    if !dropped.is_empty() {
        log::warn!(
            "A response that sets the session cookie is not public: `{}` was taken out of its \
             `Cache-Control`.",
            dropped.join(", "),
        );
    }
    response.set_raw_header("Cache-Control", kept);
}

/// Whether the header is for one kind of shared cache, which follows it instead
/// of `Cache-Control`. By RFC 9213 the names of such headers end in
/// `-Cache-Control`, as with Cloudflare, Vercel, Netlify, Akamai and LiteSpeed.
/// The other names are older.
pub(super) fn is_targeted(name: &str) -> bool {
    const SUFFIX: &str = "-Cache-Control";
    const OLDER: [&str; 3] = ["Surrogate-Control", "X-Accel-Expires", "Edge-Control"];
    let end = name.len().checked_sub(SUFFIX.len()).and_then(|start| name.get(start..));
    end.is_some_and(|end| end.eq_ignore_ascii_case(SUFFIX))
        || OLDER.iter().any(|older| name.eq_ignore_ascii_case(older))
}

/// Whether to keep a header when the body is replaced because the session cannot
/// be kept. Most stay, because a handler's security headers are just as useful on
/// an error. Headers about the old body are removed, and so are cookies,
/// redirects, permissions to cache, and headers that make a server in front send
/// a file, or htmx say that all went well.
pub(super) fn outlives(name: &UncasedStr) -> bool {
    const GONE: [&str; 26] = [
        "Accept-Ranges",
        "Age",
        "Cache-Control",
        "Clear-Site-Data",
        "Content-Digest",
        "Content-Disposition",
        "Content-Encoding",
        "Content-Language",
        "Content-Length",
        "Content-Location",
        "Content-MD5",
        "Content-Range",
        "Content-Type",
        "Digest",
        "ETag",
        "Expires",
        "Last-Modified",
        "Location",
        "Pragma",
        "Refresh",
        "Repr-Digest",
        "Retry-After",
        "Set-Cookie",
        "Trailer",
        "Transfer-Encoding",
        "Upgrade",
    ];
    // The headers of nginx and other servers for sending a file, and those by which htmx
    // goes to another page or changes this one, whatever the status.
    const ACTS: [&str; 6] =
        ["X-Accel-", "X-Sendfile", "X-Lighttpd-Send-", "X-LiteSpeed-", "X-Reproxy-", "HX-"];
    let begins = |prefix: &str| {
        name.as_str().get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    };
    !is_targeted(name.as_str())
        && !GONE.iter().any(|gone| name == *gone)
        && !ACTS.iter().any(|prefix| begins(prefix))
}

fn private_no_cache<'a>(lines: impl Iterator<Item = &'a str>) -> (String, Vec<&'a str>) {
    let directives = lines.flat_map(split).map(str::trim).filter(|d| !d.is_empty());
    let (dropped, mut kept): (Vec<_>, Vec<_>) =
        directives.partition(|d| is(d, "public") || is(d, "s-maxage"));
    if !kept.iter().any(|d| is(d, "no-store")) {
        // The qualified form, `private="set-cookie"`, is weaker than the bare one.
        for needed in ["no-cache", "private"] {
            if !kept.iter().any(|d| d.eq_ignore_ascii_case(needed)) {
                kept.insert(0, needed);
            }
        }
    }
    (kept.join(", "), dropped)
}

fn is(directive: &str, name: &str) -> bool {
    directive.split('=').next().is_some_and(|n| n.trim().eq_ignore_ascii_case(name))
}

/// Splits at commas outside quotes.
fn split(line: &str) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    line.split(move |c| {
        quoted ^= c == '"';
        c == ',' && !quoted
    })
}

#[cfg(test)]
mod tests {
    use super::{is_targeted, private_no_cache};

    fn merged(lines: &[&str]) -> String {
        private_no_cache(lines.iter().copied()).0
    }

    #[test]
    fn a_public_response_becomes_private() {
        assert_eq!(merged(&[]), "private, no-cache");
        assert_eq!(merged(&["public, max-age=60"]), "private, no-cache, max-age=60");
        assert_eq!(merged(&["Public", "S-MaxAge=60"]), "private, no-cache");
        assert_eq!(
            private_no_cache(["public, s-maxage=1"].into_iter()).1,
            ["public", "s-maxage=1"]
        );
        assert!(private_no_cache(["private"].into_iter()).1.is_empty());
    }

    #[test]
    fn only_what_is_for_one_cache_is_targeted() {
        for name in ["CDN-Cache-Control", "x-litespeed-cache-control", "X-ACCEL-EXPIRES"] {
            assert!(is_targeted(name), "{name}");
        }
        for name in ["Cache-Control", "Expires", "Vary", "Age", "", "é-Cache-Contro"] {
            assert!(!is_targeted(name), "{name}");
        }
    }

    #[test]
    fn a_stricter_response_stays() {
        assert_eq!(merged(&["no-store"]), "no-store");
        assert_eq!(
            merged(&["private, no-cache, must-revalidate"]),
            "private, no-cache, must-revalidate"
        );
        assert_eq!(merged(&["No-Cache"]), "private, No-Cache");
    }

    #[test]
    fn a_quoted_list_is_one_directive() {
        assert_eq!(
            merged(&[r#"private="set-cookie, x", max-age=5"#]),
            r#"private, no-cache, private="set-cookie, x", max-age=5"#
        );
    }
}
