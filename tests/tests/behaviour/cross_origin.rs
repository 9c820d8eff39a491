//! Requests from other origins: what the application and the log get to see. The
//! security tests cover which requests are refused.

use rocket::fairing::AdHoc;
use rocket::http::uri::Host;
use rocket::http::{Header, Method, Status};
use rocket::local::blocking::Client;
use rocket::request::{FromRequest, Outcome, Request};
use rocket::{Build, Rocket, catch, catchers, get, post, routes};
use session_runtime::prelude::*;
use session_runtime::{SessionError, SessionFairing};
use session_tests::faulty::{Faulty, key_of};
use session_tests::{Answer, Browser, Forge, KEY, NOW, app, clock, fairing};

#[get("/read")]
fn read(session: Session) -> String {
    session.get::<u32>("n").unwrap_or(0).to_string()
}

#[post("/add")]
fn add(session: Session) -> String {
    session.set("n", session.get::<u32>("n").unwrap_or(0) + 1);
    "added".into()
}

#[session(n: u32 else "nobody")]
#[post("/member")]
fn member(session: Session) -> String {
    session.n().to_string()
}

/// A guard that asks for the session again.
struct Again(Option<SessionError>);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Again {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        let outcome = request.guard::<Session>().await;
        Outcome::Success(Again(outcome.failed().map(|(_, error)| error)))
    }
}

#[post("/anyway")]
fn anyway(session: Result<Session, SessionError>, again: Again) -> String {
    format!("{:?} {:?}", session.err(), again.0)
}

#[post("/passed-on")]
fn passed_on(session: Result<Session, SessionError>) -> Result<&'static str, SessionError> {
    session.map(|_| "kept")
}

#[post("/plain")]
fn plain() -> Status {
    Status::NotFound
}

#[session(n: u32)]
#[catch(403)]
fn refused(session: Session) -> String {
    let was = format!("refused {} {:?}", session.is_empty(), session.n());
    session.set_n(99);
    session.flash("written by a catcher");
    was
}

#[session(n: u32 else "nobody")]
#[catch(404)]
fn not_found(session: Session) -> String {
    session.n().to_string()
}

fn rocket(fairing: SessionFairing) -> Rocket<Build> {
    let loaded = AdHoc::on_response("loaded", |request, response| {
        Box::pin(async move {
            let loaded = Session::<session_runtime::AnySession>::loaded(request).is_some();
            response.set_header(Header::new("X-Loaded", loaded.to_string()));
        })
    });
    app(fairing, routes![read, add, member, anyway, passed_on, plain]).attach(loaded)
}

fn browser(configure: impl FnOnce(SessionFairing) -> SessionFairing) -> Browser {
    let browser = Browser::new(rocket(configure(fairing(&clock()))));
    browser.take_cookie(Forge::new(KEY, "session").sign(r#"{"n":5}"#, NOW));
    browser
}

fn from(browser: &Browser, origin: &str, path: &str) -> Answer {
    browser.send(Method::Post, path, &[("Host", "shop.example"), ("Origin", origin)])
}

const EVIL: &str = "https://evil.example";

#[test]
fn the_answer_is_a_403_for_this_visitor_alone() {
    let browser = browser(|fairing| fairing);
    let answer = from(&browser, EVIL, "/add");
    assert_eq!((answer.status, answer.set_cookie()), (403, None));
    assert_eq!(answer.list("Vary"), ["cookie", "origin", "sec-fetch-site"]);
    assert_eq!(answer.list("Cache-Control"), ["private"]);
    assert_eq!(answer.errors(), [""; 0]);
    assert_eq!(answer.one("X-Loaded"), Some("false"));
    // The response to an allowed request does not change.
    let answer = from(&browser, "https://shop.example", "/add");
    assert_eq!((answer.status, answer.body.as_str()), (200, "added"));
    assert_eq!(answer.list("Vary"), ["cookie"]);
    assert_eq!(answer.one("X-Loaded"), Some("true"));
}

#[test]
fn whoever_asks_again_gets_the_same_answer() {
    let browser = browser(|fairing| fairing);
    let answer = from(&browser, EVIL, "/anyway");
    assert_eq!(answer.body, "Some(CrossOrigin) Some(CrossOrigin)");
    assert_eq!(answer.one("X-Loaded"), Some("false"));
    assert_eq!(browser.stats().cross_origin(), 1);
    assert_eq!(answer.debugs().len(), 1, "{answer:#?}");
    // Returned by the handler as its own error, it is a 403 as well.
    let answer = from(&browser, EVIL, "/passed-on");
    assert_eq!((answer.status, answer.errors()), (403, vec![]));
    assert_eq!(from(&browser, "https://shop.example", "/anyway").body, "None None");
}

#[test]
fn it_does_not_look_like_a_missing_sign_in() {
    let answer = from(&browser(|fairing| fairing), EVIL, "/member");
    assert_eq!((answer.status, answer.body.contains("nobody")), (403, false));
}

#[test]
fn a_catcher_has_an_empty_session_and_what_it_writes_is_dropped() {
    let with_a_catcher = |fairing: SessionFairing| {
        let rocket = rocket(fairing).register("/", catchers![refused, not_found]);
        Browser::new(rocket)
    };
    let browser = with_a_catcher(fairing(&clock()));
    browser.take_cookie(Forge::new(KEY, "session").sign(r#"{"n":5}"#, NOW));
    let store = Faulty::default();
    let kept = with_a_catcher(fairing(&clock()).store(store.clone()));
    assert_eq!(kept.post("/add").body, "added");
    let row = store.row(&key_of(&kept.cookie().unwrap()));
    drop(store.calls());
    for browser in [&browser, &kept] {
        let answer = from(browser, EVIL, "/add");
        assert_eq!((answer.status, answer.body.as_str()), (403, "refused true None"));
        assert_eq!(answer.set_cookie(), None);
        assert_eq!(answer.errors(), [""; 0]);
        let dropped = "A page of another origin sent the request. What was written to the session \
                       in this request is dropped.";
        assert!(answer.warnings().contains(&dropped), "{answer:#?}");
        // A catcher with a required field answers as for an anonymous visitor.
        let answer = from(browser, EVIL, "/plain");
        assert_eq!((answer.status, answer.body.as_str()), (404, "nobody"));
        assert!(!answer.warnings().contains(&dropped), "{answer:#?}");
    }
    assert_eq!(store.calls(), [""; 0]);
    assert_eq!(store.row(&key_of(&kept.cookie().unwrap())), row);
    assert_eq!((browser.get("/read").body, kept.get("/read").body), ("5".into(), "1".into()));
}

#[test]
fn it_can_be_switched_off() {
    let browser = browser(|fairing| fairing.csrf_protection(false));
    let answer = from(&browser, EVIL, "/add");
    assert_eq!((answer.status, answer.body.as_str()), (200, "added"));
    assert_eq!(browser.get("/read").body, "6");
    assert_eq!(browser.stats().cross_origin(), 0);
}

#[test]
fn a_trusted_origin_may_send_everything() {
    let browser = browser(|fairing| fairing.trusted_origins(["https://a.example", EVIL]));
    assert_eq!(from(&browser, EVIL, "/add").body, "added");
    let cross_site = [("Origin", "https://a.example"), ("Sec-Fetch-Site", "cross-site")];
    assert_eq!(browser.send(Method::Post, "/add", &cross_site).body, "added");
    assert_eq!(from(&browser, "https://b.example", "/add").status, 403);
}

#[test]
fn every_refusal_is_counted_and_the_first_of_an_origin_is_a_warning() {
    let browser = browser(|fairing| fairing);
    let first = from(&browser, EVIL, "/add");
    assert_eq!(
        first.warnings(),
        ["A POST to `/add` was refused with a 403, because a page of another origin sent it: its \
          `Origin` is `https://evil.example`, and the host that it was sent to is `shop.example`. \
          If that origin is your own, type `trusted_origins = [\"https://evil.example\"]` into \
          the session's configuration, or let the proxy in front of the application pass on the \
          `Host` header."]
    );
    let debug = "A POST from another origin was refused: its `Origin` is \
                 `https://evil.example`, its `Sec-Fetch-Site` missing.";
    assert_eq!(first.debugs(), [debug]);
    let second = from(&browser, EVIL, "/add");
    assert_eq!((second.warnings(), second.debugs()), (vec![], vec![debug]));
    // Another origin gets its own warning, with the line to type.
    let site = [("Origin", "https://blog.example:8443"), ("Sec-Fetch-Site", "same-site")];
    let other = browser.send(Method::Post, "/add", &site);
    assert_eq!(
        other.warnings(),
        ["A POST to `/add` was refused with a 403, because a page of another origin sent it: its \
          `Origin` is `https://blog.example:8443`, and its `Sec-Fetch-Site` is `same-site`. If \
          that origin is your own, type `trusted_origins = [\"https://blog.example:8443\"]` into \
          the session's configuration."]
    );
    assert_eq!(browser.stats().cross_origin(), 3);
}

#[test]
fn the_warning_says_which_origins_cannot_be_trusted() {
    let browser = browser(|fairing| fairing);
    let warns = |headers: &[(&str, &str)], words: &[&str]| {
        let answer = browser.send(Method::Post, "/add", headers);
        assert_eq!(answer.status, 403);
        let [warning] = answer.warnings()[..] else { panic!("{answer:#?}") };
        assert!(words.iter().all(|word| warning.contains(word)), "{warning}");
        assert!(!warning.contains("trusted_origins"), "{warning}");
    };
    warns(&[("Origin", "null")], &["`null`", "no-referrer", "which host"]);
    warns(&[("Sec-Fetch-Site", "cross-site")], &["`Origin` is missing", "`cross-site`"]);
    warns(&[("Origin", EVIL), ("Origin", EVIL)], &["there several times", "No browser"]);
    warns(&[("Origin", "https://a.example\"] #")], &["No browser"]);
    let long = format!("https://{}", "x".repeat(300));
    warns(&[("Origin", &long)], &["No browser"]);
}

#[test]
fn what_a_visitor_sent_is_escaped_and_bounded_in_the_log() {
    let browser = browser(|fairing| fairing);
    let long = format!("https://{}\u{1b}[31m\u{202e}", "x".repeat(20_000));
    let dirty = "https://a\u{1b}[31mé\u{202e}.example";
    for origin in [long.as_str(), dirty] {
        for headers in [
            [("Host", "shop.example"), ("Origin", origin)],
            [("Host", origin), ("Origin", EVIL)],
            [("Origin", "https://b.example"), ("Sec-Fetch-Site", origin)],
        ] {
            let answer = browser.another().send(Method::Post, "/add", &headers);
            let ours = answer.warnings().into_iter().chain(answer.debugs());
            for line in ours {
                assert!(line.is_ascii() || line.replace('…', "").is_ascii(), "{line}");
                assert!(!line.contains('\u{1b}') && line.len() < 1200, "{line}");
            }
        }
    }
}

#[test]
fn an_attacker_fills_neither_the_log_nor_the_memory() {
    let browser = browser(|fairing| fairing);
    let warnings = |n: u32| {
        let answer = from(&browser, &format!("https://evil-{n}.example"), "/add");
        assert_eq!(answer.debugs().len(), 1);
        answer.warnings().into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let lines: Vec<_> = (0..100).flat_map(warnings).collect();
    assert_eq!(lines.len(), 16);
    let last = "Further origins are logged at debug level.";
    assert!(lines[15].ends_with(last) && !lines[14].ends_with(last), "{lines:#?}");
    assert_eq!(browser.stats().cross_origin(), 100);
}

/// As with HTTP/2, which has no `Host` header.
#[test]
fn the_host_that_rocket_knows_comes_before_the_header() {
    let client = Client::untracked(rocket(fairing(&clock()))).unwrap();
    let status = |host: &'static str, headers: &[(&'static str, &'static str)]| {
        let mut request = client.post("/add");
        request.inner_mut().set_host(Host::parse(host).unwrap());
        headers.iter().for_each(|(name, value)| request.add_header(Header::new(*name, *value)));
        request.dispatch().status().code
    };
    let own = ("Origin", "https://shop.example");
    assert_eq!(status("shop.example", &[own]), 200);
    assert_eq!(status("SHOP.example:443", &[own]), 200);
    assert_eq!(status("shop.example:8443", &[own]), 403);
    assert_eq!(status("evil.example", &[own]), 403);
    assert_eq!(status("[::1]:8000", &[("Origin", "http://[::1]:8000")]), 200);
    assert_eq!(status("[::1]:8000", &[("Origin", "http://[::1]:8001")]), 403);
    assert_eq!(status("shop.example", &[own, ("Host", "evil.example")]), 200);
    assert_eq!(status("evil.example", &[own, ("Host", "shop.example")]), 403);
}
