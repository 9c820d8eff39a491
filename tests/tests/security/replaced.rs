//! The headers that stay on a response whose session cannot be kept.

use rocket::fairing::AdHoc;
use rocket::http::{CookieJar, Header};
use rocket::{Request, Response, get, response, routes};
use session_runtime::SessionFairing;
use session_runtime::prelude::*;
use session_tests::faulty::{Fault, Faulty};
use session_tests::{Answer, Browser, clock, debug, fairing};

/// Headers about the body, redirects, cookies, caches and proxies.
const GONE: [(&str, &str); 35] = [
    ("Content-Encoding", "gzip"),
    ("Content-Language", "de"),
    ("Content-Range", "bytes 0-4/5"),
    ("Content-Disposition", "attachment; filename=secret.pdf"),
    ("Content-Location", "/secret.pdf"),
    ("Content-MD5", "Q2hlY2sgSW50ZWdyaXR5IQ=="),
    ("Content-Digest", "sha-256=:AAAA:"),
    ("Repr-Digest", "sha-256=:AAAA:"),
    ("Digest", "sha-256=AAAA"),
    ("ETag", "\"1\""),
    ("Last-Modified", "Thu, 01 Jan 1970 00:00:00 GMT"),
    ("Accept-Ranges", "bytes"),
    ("Transfer-Encoding", "chunked"),
    ("Trailer", "Expires"),
    ("Upgrade", "websocket"),
    ("Location", "/welcome"),
    ("Refresh", "0; url=/welcome"),
    ("Retry-After", "0"),
    ("Clear-Site-Data", "\"cookies\""),
    ("Expires", "Thu, 01 Jan 2099 00:00:00 GMT"),
    ("Pragma", "cache"),
    ("Age", "1"),
    ("CDN-Cache-Control", "public"),
    ("Cloudflare-CDN-Cache-Control", "public"),
    ("Surrogate-Control", "max-age=60"),
    ("X-Accel-Expires", "60"),
    ("X-Accel-Redirect", "/protected/secret.pdf"),
    ("X-Sendfile", "/srv/secret.pdf"),
    ("X-Lighttpd-Send-File", "/srv/secret.pdf"),
    ("X-LiteSpeed-Location", "/protected/secret.pdf"),
    ("X-Reproxy-URL", "http://inside/secret.pdf"),
    ("X-Reproxy-File", "/srv/secret.pdf"),
    ("HX-Redirect", "/welcome"),
    ("HX-Trigger", "saved"),
    ("Set-Cookie", "raw=1"),
];

/// Headers that other fairings set on every response.
const STAYS: [(&str, &str); 9] = [
    ("Strict-Transport-Security", "max-age=31536000"),
    ("Content-Security-Policy", "default-src 'self'"),
    ("Content-Security-Policy-Report-Only", "default-src 'none'"),
    ("Access-Control-Allow-Origin", "https://example.com"),
    ("Access-Control-Allow-Credentials", "true"),
    ("Vary", "Origin"),
    ("Referrer-Policy", "no-referrer"),
    ("Server-Timing", "total;dur=1"),
    ("X-Request-Id", "7"),
];

struct Page;

impl<'r> response::Responder<'r, 'static> for Page {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        let mut response: Response<'static> = "a page".respond_to(request)?;
        for (name, value) in GONE {
            response.adjoin_header(Header::new(name, value));
        }
        response.set_raw_header("Content-Type", "application/pdf");
        response.set_raw_header("Cache-Control", "public, max-age=600");
        Ok(response)
    }
}

#[get("/large")]
fn large(session: Session, jar: &CookieJar<'_>) -> Page {
    jar.add(("from-the-jar", "1"));
    session.set("x", "x".repeat(100_000));
    Page
}

#[get("/write")]
fn write(session: Session, jar: &CookieJar<'_>) -> Page {
    jar.add(("from-the-jar", "1"));
    session.set("x", 1);
    Page
}

fn browser(fairing: SessionFairing) -> Browser {
    let beside = AdHoc::on_response("Beside", |_, response| {
        Box::pin(async move {
            for (name, value) in STAYS {
                response.adjoin_header(Header::new(name, value));
            }
        })
    });
    // It comes before the session's fairing, which then finds its headers.
    let rocket = rocket::custom(debug()).attach(beside).attach(fairing);
    Browser::new(rocket.mount("/", routes![large, write]))
}

fn is_replaced(answer: &Answer, status: u16, body: &str) {
    assert_eq!((answer.status, answer.body.as_str()), (status, body));
    for (name, value) in STAYS {
        assert!(answer.all(name).contains(&value), "{name} is gone: {answer:?}");
    }
    // These are from Rocket's Shield.
    assert_eq!(answer.one("X-Content-Type-Options"), Some("nosniff"));
    assert_eq!(answer.one("X-Frame-Options"), Some("SAMEORIGIN"));
    assert_eq!(answer.one("Content-Type"), Some("text/plain; charset=utf-8"));
    assert_eq!(answer.one("Cache-Control"), Some("private"));
    assert_eq!(answer.list("Vary"), ["cookie", "origin"]);
    for (name, _) in GONE {
        assert!(answer.all(name).is_empty(), "{name} is there: {answer:?}");
    }
}

#[test]
fn line_47_a_replaced_500_keeps_what_other_fairings_set() {
    is_replaced(&browser(fairing(&clock())).get("/large"), 500, "500 Internal Server Error");
}

#[test]
fn line_47_a_replaced_503_keeps_what_other_fairings_set() {
    let store = Faulty::default();
    let browser = browser(fairing(&clock()).store(store.clone()));
    store.be(Fault::Down);
    is_replaced(&browser.get("/write"), 503, "503 Service Unavailable");
}
