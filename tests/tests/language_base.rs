//! Schemas that extend others, and one session used with several schemas.

use rocket::http::Status;
use rocket::local::blocking::Client;
use rocket::{Build, Rocket, get, routes, uri};
use session_runtime::prelude::*;

#[session(
    #[key("user")]
    username: String,
    visits: u32 = 1,
    theme: String else "no theme",
)]
struct Visitor;

/// A default instead of the base's `else`.
#[session(..Visitor, theme: String = "light".into())]
struct Reader;

/// An `else` instead of the base's default, and for a field that had none.
#[session(..Reader, visits: u32 else "no visits", username: String else "no username")]
struct Member;

/// Optional here, but required by the base.
#[session(..Member, visits: u32, username: String)]
struct Guest;

/// A default instead of the base's default.
#[session(..Reader, theme: String = "dark".into(), visits: u32 = 2)]
struct Night;

#[get("/prepare")]
fn prepare(session: Session<Night>) {
    session.set_username("Ann");
    session.set_visits(9);
}

#[get("/theme/<theme>")]
fn theme(theme: &str, session: Session<Night>) {
    session.set_theme(theme);
}

#[get("/keys")]
fn keys(session: Session) -> String {
    let mut keys = session.keys();
    keys.sort();
    keys.join(" ")
}

#[session(..Visitor)]
#[get("/visitor")]
fn visitor(session: Session) -> String {
    format!("{:?} {} {}", session.username(), session.visits(), session.theme())
}

#[get("/reader")]
fn reader(session: Session<Reader>) -> String {
    let base: &Visitor = &session;
    format!("{} {} {}", session.theme(), session.visits(), base.theme())
}

#[session(..Member)]
#[get("/member")]
fn member(session: Session) -> String {
    let (reader, visitor): (&Reader, &Visitor) = (&session, &session);
    format!(
        "{} {} {:?}",
        session.username(),
        session.visits(),
        (reader.visits(), visitor.username())
    )
}

#[session(..Guest)]
#[get("/guest")]
fn guest(session: Session) -> String {
    format!("{:?} {:?} {}", session.username(), session.visits(), session.theme())
}

#[get("/night")]
fn night(mut session: Session<Night>) -> String {
    let before = format!("{} {}", session.theme(), session.visits());
    let length = session.theme_mut().len();
    assert_eq!(length as u32, *session.visits_mut() + 2);
    before
}

#[get("/night/base")]
fn night_base(session: Session<Night>) -> String {
    let base: &Reader = &session;
    format!("{} {}", base.theme(), base.visits())
}

#[session(..Visitor, theme: String = "handler".into(), #[key("user")] username: String = "stranger".into())]
#[get("/handler")]
fn handler(mut session: Session) -> String {
    session.username_mut().push('!');
    format!("{} {}", session.theme(), session.username())
}

fn rocket() -> Rocket<Build> {
    rocket::build().attach(Sessions::fairing()).mount(
        "/",
        routes![prepare, theme, keys, visitor, reader, member, guest, night, night_base, handler],
    )
}

fn client() -> Client {
    Client::tracked(rocket()).expect("it launches")
}

fn text(client: &Client, path: &str) -> String {
    client.get(path).dispatch().into_string().unwrap_or_default()
}

#[test]
fn a_default_replaces_the_bases_else() {
    let client = client();
    assert_eq!(text(&client, "/visitor"), "no theme");
    // The base's own accessor reads the default too.
    assert_eq!(text(&client, "/reader"), "light 1 light");
    assert_eq!(client.get("/reader").dispatch().headers().get_one("Set-Cookie"), None);
    text(&client, "/theme/red");
    assert_eq!(text(&client, "/visitor"), "None 1 red");
    assert_eq!(text(&client, "/reader"), "red 1 red");
}

#[test]
fn an_else_replaces_the_bases_default() {
    let client = client();
    assert_eq!(text(&client, "/member"), "no visits");
    text(&client, "/prepare");
    assert_eq!(text(&client, "/member"), "Ann 9 (9, Some(\"Ann\"))");
}

#[test]
fn a_default_replaces_the_bases_default() {
    let client = client();
    assert_eq!(text(&client, "/night"), "dark 2");
    assert_eq!(text(&client, "/keys"), "");
}

#[test]
fn a_default_replaces_the_bases_default_for_a_helper_that_takes_the_base() {
    let client = client();
    assert_eq!(text(&client, "/night/base"), "dark 2");
}

#[test]
fn a_stored_name_stays() {
    let client = client();
    text(&client, "/prepare");
    assert_eq!(text(&client, "/keys"), "user visits");
    assert_eq!(text(&client, "/handler"), "handler Ann!");
    assert_eq!(text(&client, "/keys"), "user visits");
}

#[test]
fn a_field_with_neither_leaves_the_bases_else() {
    let client = client();
    assert_eq!(text(&client, "/guest"), "no visits");
    text(&client, "/prepare");
    assert_eq!(text(&client, "/guest"), "Some(\"Ann\") Some(9) light");
}

#[get("/view")]
fn view(session: Session<Night>) -> String {
    let (one, two) = (session.view::<Optional>(), session.view::<Session_>());
    one.set_visits(5);
    let untyped: Session = session.view();
    format!(
        "{} {} {:?} {:?}",
        session.visits(),
        one.visits(),
        two.visits(),
        untyped.get::<u32>("visits")
    )
}

#[session(visits: u32)]
struct Session_;

#[session(..Session_, visits: u32 = 0)]
struct Optional;

#[get("/try_view")]
fn try_view(session: Session<Night>) -> String {
    let before = session.try_view::<Member>().is_some();
    session.set_username("Ann");
    session.set_visits(1);
    let member = session.try_view::<Member>();
    let optional = session.try_view::<Night>().is_some();
    session.clear();
    format!("{before} {:?} {optional}", member.as_ref().map(|member| member.username()))
}

#[test]
fn one_session_through_several_schemas() {
    let client = Client::tracked(rocket().mount("/", routes![view, try_view])).unwrap();
    assert_eq!(text(&client, "/view"), "5 5 Some(5) Some(5)");
    let client = Client::tracked(rocket().mount("/", routes![view, try_view])).unwrap();
    assert_eq!(text(&client, "/try_view"), "false Some(\"Ann\") true");
}

fn greet(visitor: &Reader) -> String {
    format!("Hello {}", visitor.username().unwrap_or("stranger"))
}

fn count(reader: &mut Reader) {
    *reader.visits_mut() += 1;
}

#[session(..Night, coupon: u32)]
#[get("/helper")]
fn helper(mut session: Session) -> String {
    count(&mut session);
    format!("{} {:?}", greet(&session), session.coupon())
}

#[get("/helper/schema")]
fn helper_schema(session: Session<Night>) -> String {
    greet(&session)
}

#[test]
fn a_helper_takes_the_schema_whatever_handler_calls_it() {
    let client = Client::tracked(rocket().mount("/", routes![helper, helper_schema])).unwrap();
    assert_eq!(text(&client, "/helper/schema"), "Hello stranger");
    text(&client, "/prepare");
    assert_eq!(text(&client, "/helper"), "Hello Ann None");
    assert_eq!(text(&client, "/helper/schema"), "Hello Ann");
}

#[session(..Visitor, theme: String else (Status::NotFound, uri!(linked(id + 1, Some("x"))).to_string()))]
#[get("/linked/<id>?<name>")]
fn linked(session: Session, id: u32, name: Option<&str>) -> String {
    format!("{} {id} {name:?}", session.theme())
}

#[test]
fn uri_takes_the_parameters_without_the_session() {
    assert_eq!(uri!(linked(1, Some("a"))).to_string(), "/linked/1?name=a");
    assert_eq!(uri!("/base", linked(id = 1, name = _)).to_string(), "/base/linked/1");
    assert_eq!(uri!(member).to_string(), "/member");
    let client = Client::tracked(rocket().mount("/", routes![linked])).unwrap();
    assert_eq!(text(&client, "/linked/1"), "/linked/2?name=x");
    text(&client, "/theme/red");
    assert_eq!(text(&client, "/linked/1?name=a"), "red 1 Some(\"a\")");
}
