//! What a template sees of the session.

use rocket::serde::Serialize;
use rocket::{Request, async_trait, get, routes};
use session_runtime::prelude::*;
use session_runtime::templates::{Rendered, context};
use session_runtime::{AnySession, Format};
use session_template_tests::{ENGINES, application, browser};
use session_tests::{Browser, KEY, NOW, clock, fairing, flask};

#[derive(Serialize)]
#[serde(crate = "rocket::serde")]
struct User {
    name: String,
}

#[async_trait]
impl FromSession<String> for User {
    type Error = String;

    async fn from_session(name: &String, _: &Request<'_>) -> Result<Option<User>, String> {
        Ok((name != "nobody").then(|| User { name: name.to_uppercase() }))
    }
}

/// Not `Serialize`.
struct Team;

#[async_trait]
impl FromSession<String> for Team {
    type Error = String;

    async fn from_session(_: &String, _: &Request<'_>) -> Result<Option<Team>, String> {
        Ok(Some(Team))
    }
}

#[session(username: String, visits: u32 = 7, #[key("c")] code: String)]
struct Visitor;

impl Visitor {
    fn page(&self, engine: &str) -> Rendered {
        self.render(format!("{engine}/page"), ())
    }
}

#[session(..Visitor, user: User from username, team: Team from username)]
struct Guest;

#[get("/set/<username>/<visits>/<code>")]
fn set(username: &str, visits: u32, code: &str, session: Session<Visitor>) {
    session.set_username(username);
    session.set_visits(visits);
    session.set_code(code);
}

#[get("/secret")]
fn secret(session: Session) {
    session.set("secret", "not declared");
    session.set("visits", "not a number");
}

#[get("/<engine>")]
fn page(engine: &str, session: Session<Visitor>) -> Rendered {
    session.render(format!("{engine}/page"), context! {})
}

#[get("/<engine>/guest")]
fn guest(engine: &str, session: Session<Guest>) -> Rendered {
    session.render(format!("{engine}/page"), context! {})
}

#[get("/<engine>/bare")]
fn bare(engine: &str, session: Session) -> Rendered {
    session.render(format!("{engine}/page"), context! {})
}

/// The schema's own method shows the fields of the handler's list.
#[session(..Visitor, shade: String = "light".into())]
#[get("/<engine>/own")]
fn own(engine: &str, session: Session) -> Rendered {
    session.page(engine)
}

fn any(session: &AnySession, engine: &str) -> Rendered {
    session.render(format!("{engine}/page"), context! {})
}

#[get("/<engine>/any")]
fn through_any(engine: &str, session: Session<Visitor>) -> Rendered {
    any(&session, engine)
}

/// Without its default, the field is absent, whatever the base has.
#[session(..Visitor, visits: u32)]
#[get("/<engine>/again")]
fn again(engine: &str, session: Session) -> Rendered {
    session.render(format!("{engine}/page"), context! {})
}

#[session(..Visitor, visits: u32 = 8)]
#[get("/<engine>/other")]
fn other(engine: &str, session: Session) -> Rendered {
    session.render(format!("{engine}/page"), context! {})
}

/// What was written before is seen, what is removed is not.
#[get("/<engine>/written")]
fn written(engine: &str, session: Session<Visitor>) -> Rendered {
    session.set_visits(1);
    let _ = session.take_username();
    session.render(format!("{engine}/page"), context! {})
}

fn routes() -> Vec<rocket::Route> {
    routes![set, secret, page, guest, bare, own, through_any, again, other, written]
}

/// The values of `name=value;` in the body.
fn shown(browser: &Browser, path: &str) -> String {
    let answer = browser.get(path);
    assert_eq!((answer.status, &answer.errors()[..]), (200, &[][..]), "{answer:#?}");
    assert!(
        answer.headers.iter().any(|(name, value)| name == "Content-Type" && value.contains("html"))
    );
    let fields = ["name", "visits", "shade", "code", "user", "hidden"];
    let values = fields.iter().filter_map(|field| {
        let (_, rest) = answer.body.split_once(&format!("<p>{field}="))?;
        let (value, _) = rest.split_once(';')?;
        (!value.is_empty()).then(|| format!("{field}={value}"))
    });
    values.collect::<Vec<_>>().join(" ")
}

#[test]
fn a_template_sees_values_and_defaults_by_their_names_in_the_code() {
    let browser = browser(routes());
    for engine in ENGINES {
        let browser = browser.another();
        assert_eq!(shown(&browser, &format!("/{engine}")), "visits=7");
        browser.get("/set/ann/41/x");
        assert_eq!(shown(&browser, &format!("/{engine}")), "name=ann visits=41 code=x");
        assert_eq!(shown(&browser, &format!("/{engine}/any")), "name=ann visits=41 code=x");
        assert_eq!(shown(&browser, &format!("/{engine}/written")), "visits=1 code=x");
    }
}

#[test]
fn what_the_schema_does_not_declare_is_not_shown() {
    let browser = browser(routes());
    for engine in ENGINES {
        let browser = browser.another();
        browser.get("/secret");
        let answer = browser.get(&format!("/{engine}"));
        assert!(answer.warnings().iter().any(|line| line.contains("`visits` is not a `u32`")));
        assert_eq!(shown(&browser, &format!("/{engine}")), "visits=7");
        assert_eq!(
            shown(&browser, &format!("/{engine}/bare")),
            "visits=not a number hidden=not declared",
        );
    }
}

#[test]
fn the_handlers_own_list_and_its_base_are_both_shown() {
    let browser = browser(routes());
    for engine in ENGINES {
        assert_eq!(shown(&browser, &format!("/{engine}/own")), "visits=7 shade=light");
        assert_eq!(shown(&browser, &format!("/{engine}/again")), "");
        assert_eq!(shown(&browser, &format!("/{engine}/other")), "visits=8");
    }
}

#[test]
fn loaded_fields_are_shown_if_they_are_serialize() {
    let browser = browser(routes());
    for engine in ENGINES {
        let browser = browser.another();
        assert_eq!(shown(&browser, &format!("/{engine}/guest")), "visits=7");
        browser.get("/set/ann/41/x");
        let guest = shown(&browser, &format!("/{engine}/guest"));
        assert_eq!(guest, "name=ann visits=41 code=x user=ANN");
        browser.get("/set/nobody/41/x");
        let guest = shown(&browser, &format!("/{engine}/guest"));
        assert_eq!(guest, "name=nobody visits=41 code=x");
        assert_eq!(shown(&browser, &format!("/{engine}")), "name=nobody visits=41 code=x");
    }
}

#[test]
fn flasks_session_is_shown_as_well() {
    let fairing = fairing(&clock()).format(Format::Flask);
    let browser = Browser::new(application(fairing, routes()));
    for engine in ENGINES {
        browser.take_cookie(flask::sign(KEY, r#"{"username":"ann","visits":3,"c":"x"}"#, NOW));
        assert_eq!(
            shown(&browser, &format!("/{engine}/guest")),
            "name=ann visits=3 code=x user=ANN"
        );
        let bare = shown(&browser, &format!("/{engine}/bare"));
        assert_eq!(bare, "name=ann visits=3 code=x");
    }
}
