//! `Session<S>` as a value that serializes.

use std::sync::atomic::{AtomicUsize, Ordering};

use rocket::{Request, async_trait, get, routes};
use session_runtime::AnySession;
use session_runtime::prelude::*;
use session_runtime::templates::{Template, context};
use session_template_tests::{ENGINES, browser};

static DEFAULTS: AtomicUsize = AtomicUsize::new(0);

fn default() -> u32 {
    DEFAULTS.fetch_add(1, Ordering::Relaxed);
    7
}

#[derive(rocket::serde::Serialize)]
#[serde(crate = "rocket::serde")]
struct User {
    password: &'static str,
}

#[async_trait]
impl FromSession<String> for User {
    type Error = String;

    async fn from_session(_: &String, _: &Request<'_>) -> Result<Option<User>, String> {
        Ok(Some(User { password: "hash" }))
    }
}

#[session(
    username: String,
    #[key("n")] visits: u32 = default(),
    tags: Vec<(u8, Option<bool>)>,
    user: User from username,
    flash(error),
)]
struct Visitor;

#[get("/typed")]
fn typed(session: Session<Visitor>) -> String {
    session.flash_error("is not in it");
    serde_json::to_string(&session).unwrap()
}

#[session(..Visitor, coupon: f64)]
#[get("/list")]
fn list(session: Session) -> String {
    session.set_coupon(1.0);
    serde_json::to_string(&session).unwrap()
}

#[get("/any")]
fn any(session: Session<Visitor>) -> String {
    let any: &AnySession = &session;
    serde_json::to_string(any).unwrap()
}

#[get("/bare")]
fn bare(session: Session) -> String {
    serde_json::to_string(&session).unwrap()
}

#[get("/fill")]
fn fill(session: Session) {
    session.set("username", "ann \"the\" b");
    session.set("n", 2);
    session.set("tags", [(1, None), (2, Some(true))]);
    session.set("other", "undeclared");
}

#[get("/spoil")]
fn spoil(session: Session) {
    session.set("username", 5);
    session.set("n", "many");
}

#[get("/<engine>/template")]
fn template(engine: &str, session: Session<Visitor>) -> Template {
    Template::render(format!("{engine}/page"), context! { session, ask: "" })
}

#[test]
fn a_session_serializes_as_its_fields() {
    let browser = browser(routes![typed, list, any, bare, fill, spoil, template]);
    assert_eq!(browser.get("/typed").body, r#"{"visits":7}"#);
    assert_eq!(browser.get("/bare").body, "{}");

    browser.get("/fill");
    let before = DEFAULTS.load(Ordering::Relaxed);
    let fields = r#""tags":[[1,null],[2,true]],"username":"ann \"the\" b","visits":2}"#;
    assert_eq!(browser.get("/typed").body, format!("{{{fields}"));
    assert_eq!(browser.get("/any").body, format!("{{{fields}"));
    assert_eq!(browser.get("/list").body, format!(r#"{{"coupon":1.0,{fields}"#));
    assert_eq!(DEFAULTS.load(Ordering::Relaxed), before, "the default of a field that is set");
    for engine in ENGINES {
        let answer = browser.get(&format!("/{engine}/template"));
        assert!(answer.body.contains("visits=2;"), "{answer:#?}");
        assert!(answer.body.contains("user=;"), "{answer:#?}");
    }
    let bare = browser.get("/bare").body;
    assert!(bare.contains(r#""n":2,"other":"undeclared","tags":[[1,null],[2,true]]"#), "{bare}");
    assert!(!bare.contains("visits"), "{bare}");

    browser.get("/spoil");
    let answer = browser.get("/any");
    assert_eq!(answer.body, r#"{"tags":[[1,null],[2,true]],"visits":7}"#);
    for field in ["`username` is not a `", "`n` is not a `u32`"] {
        assert!(answer.warnings().iter().any(|line| line.contains(field)), "{answer:#?}");
    }
}
