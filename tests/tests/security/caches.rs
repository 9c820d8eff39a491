//! Caches between the visitors and the application, and forged messages.

use rocket::http::{Header, Status};
use rocket::{Responder, get, routes};
use session_runtime::prelude::*;
use session_tests::{Answer, Browser, DAY, Forge, KEY, NOW, OTHER_KEY, app, at, clock, fairing};

use super::{forge, read, set};

#[derive(Responder)]
struct Public {
    body: &'static str,
    cache_control: Header<'static>,
}

fn public() -> Public {
    let cache_control = Header::new("Cache-Control", "public, max-age=600, s-maxage=600");
    Public { body: "public", cache_control }
}

#[get("/contains")]
fn contains(session: Session) -> String {
    session.contains("n").to_string()
}

#[session(name: String else Status::Forbidden)]
struct Named;

#[get("/guard")]
fn guard(_session: Session<Named>) -> &'static str {
    "in"
}

#[get("/public-change")]
fn public_change(session: Session) -> Public {
    session.set("n", session.get::<u32>("n").unwrap_or_default() + 1);
    public()
}

#[get("/public-read")]
fn public_read(_session: Session) -> Public {
    public()
}

#[get("/public-clear")]
fn public_clear(session: Session) -> Public {
    session.clear();
    public()
}

#[get("/public-flash")]
fn public_flash(session: Session) -> (Status, Public) {
    session.flash("hello");
    (Status::NotFound, public())
}

#[get("/none")]
fn none() -> Public {
    public()
}

#[get("/show")]
fn show(session: Session) -> String {
    session.flashes().into_iter().map(|flash| flash.message).collect()
}

fn browser(now: u64) -> Browser {
    let routes = routes![
        read,
        set,
        contains,
        guard,
        public_change,
        public_read,
        public_clear,
        public_flash,
        none,
        show
    ];
    Browser::new(app(fairing(&at(now)).fallback_keys([OTHER_KEY]), routes))
}

fn is_private(answer: &Answer) {
    assert!(answer.list("Vary").contains(&"cookie".into()), "{answer:?}");
    let directives = answer.list("Cache-Control");
    let has = |name: &str| directives.iter().any(|d| d.split('=').next() == Some(name));
    assert!(has("private"), "{directives:?}");
    if answer.set_cookie().is_some() {
        assert!(has("no-cache") && !has("public") && !has("s-maxage"), "{directives:?}");
    }
}

#[test]
fn line_33_whatever_looks_at_the_session_varies_by_cookie() {
    let (new, old) = (browser(NOW), browser(NOW + 20 * DAY));
    let value = forge().sign(r#"{"n":1}"#, NOW);
    let by_old_key = Forge::new(OTHER_KEY, "session").sign(r#"{"n":1}"#, NOW);
    for path in ["/read", "/contains", "/guard", "/set", "/show"] {
        is_private(&new.another().get(path));
        is_private(&new.another().take_cookie("forged").get(path));
        is_private(&new.another().take_cookie(&value).get(path));
        is_private(&new.another().take_cookie(&by_old_key).get(path));
        is_private(&old.another().take_cookie(&value).get(path));
        is_private(&new.another().take_cookie(&value).head(path));
    }
    assert!(old.take_cookie(&value).get("/read").set_cookie().is_some());
}

#[test]
fn line_34_a_set_cookie_is_never_beside_a_publicly_cacheable_response() {
    let value = forge().sign(r#"{"n":1}"#, NOW);
    let by_old_key = Forge::new(OTHER_KEY, "session").sign(r#"{"n":1}"#, NOW);
    for (path, now, cookie) in [
        ("/public-change", NOW, None),
        ("/public-change", NOW, Some(&value)),
        ("/public-clear", NOW, Some(&value)),
        ("/public-flash", NOW, None),
        ("/public-read", NOW + 20 * DAY, Some(&value)),
        ("/public-read", NOW, Some(&by_old_key)),
    ] {
        let browser = browser(now);
        if let Some(cookie) = cookie {
            browser.take_cookie(cookie);
        }
        let answer = browser.get(path);
        assert!(answer.set_cookie().is_some(), "{path}");
        is_private(&answer);
        let warnings = answer.warnings();
        assert_eq!(warnings.len(), 1, "{path}");
        assert!(warnings[0].contains("public") && warnings[0].contains("s-maxage=600"));
        assert!(answer.list("Cache-Control").contains(&"max-age=600".into()), "{path}");
    }
}

/// The headers that caches follow instead of `Cache-Control`.
const TARGETED: [(&str, &str); 12] = [
    ("CDN-Cache-Control", "public, max-age=600"),
    ("Cloudflare-CDN-Cache-Control", "max-age=600"),
    ("Vercel-CDN-Cache-Control", "max-age=600"),
    ("Netlify-CDN-Cache-Control", "public, durable"),
    ("Some-CDN-Cache-Control", "max-age=600"),
    ("some-cdn-cache-control", "max-age=600"),
    ("Akamai-Cache-Control", "max-age=600"),
    ("X-LiteSpeed-Cache-Control", "public, max-age=600"),
    ("Surrogate-Control", "max-age=600"),
    ("Edge-Control", "cache-maxage=600"),
    ("X-Accel-Expires", "600"),
    ("x-accel-expires", "@4102444800"),
];

struct Targeted(usize);

impl<'r> rocket::response::Responder<'r, 'static> for Targeted {
    fn respond_to(self, request: &'r rocket::Request<'_>) -> rocket::response::Result<'static> {
        let mut response: rocket::Response<'static> = "a page".respond_to(request)?;
        let (name, value) = TARGETED[self.0];
        response.set_raw_header(name, value);
        Ok(response)
    }
}

#[get("/targeted/<n>")]
fn targeted(session: Session, n: usize) -> Targeted {
    session.set("n", 2);
    Targeted(n)
}

#[get("/targeted-read/<n>")]
fn targeted_read(_session: Session, n: usize) -> Targeted {
    Targeted(n)
}

#[test]
fn line_48_no_header_for_one_cache_alone_is_beside_a_set_cookie() {
    let browser = Browser::new(app(fairing(&at(NOW)), routes![targeted, targeted_read]));
    for (n, (name, value)) in TARGETED.iter().enumerate() {
        let answer = browser.another().get(&format!("/targeted/{n}"));
        assert!(answer.set_cookie().is_some(), "{name}");
        is_private(&answer);
        assert_eq!(answer.one(name), None, "{name}");
        let warnings = answer.warnings();
        assert_eq!(warnings.len(), 1, "{name}");
        assert!(warnings[0].to_lowercase().contains(&name.to_lowercase()), "{warnings:?}");
        // Without a session cookie, the handler's header stays.
        let answer = browser.another().get(&format!("/targeted-read/{n}"));
        assert_eq!((answer.one(name), answer.warnings()), (Some(*value), vec![]), "{name}");
    }
}

#[test]
fn line_35_a_route_without_a_session_has_neither_header() {
    let browser = browser(NOW + 20 * DAY);
    browser.take_cookie(forge().sign(r#"{"n":1}"#, NOW));
    let answer = browser.get("/none");
    assert_eq!(answer.one("Cache-Control"), Some("public, max-age=600, s-maxage=600"));
    assert_eq!((answer.one("Vary"), answer.set_cookie()), (None, None));
}

#[test]
fn line_36_forged_tossed_and_expired_messages_are_ignored() {
    let payload = r#"{"_flashes":[["message","you won"]]}"#;
    let good = forge().sign(payload, NOW);
    assert_eq!(browser(NOW).take_cookie(&good).get("/show").body, "you won");
    let other_mac = forge().sign(r#"{"n":1}"#, NOW).rsplit_once('.').unwrap().1.to_owned();
    let forged = format!("{}.{other_mac}", good.rsplit_once('.').unwrap().0);
    let renamed = Forge::new(KEY, "another").sign(payload, NOW);
    for value in [payload, &forged, &renamed, "1:message7:you won"] {
        let answer = browser(NOW).take_cookie(value).get("/show");
        assert_eq!((answer.status, answer.body.as_str()), (200, ""), "{value}");
    }
    assert_eq!(browser(NOW + 32 * DAY).take_cookie(good).get("/show").body, "");
}

#[test]
fn line_36_rockets_own_flash_cookie_is_not_read() {
    let browser = Browser::named("_flash", app(fairing(&clock()), routes![show]));
    for value in ["7:messageyou won", "1:éx", "%31:x"] {
        assert_eq!(browser.take_cookie(value).get("/show").status, 200);
        assert_eq!(browser.get("/show").body, "");
    }
}
