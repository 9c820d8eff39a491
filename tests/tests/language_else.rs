//! `else`: when it answers, with what, and which variables the expression sees.

use rocket::http::{ContentType, Status};
use rocket::local::blocking::Client;
use rocket::response::Redirect;
use rocket::{Build, Rocket, catch, catchers, get, routes, uri};
use session_runtime::prelude::*;

#[session(username: String, visits: u32 = 0, flash(error))]
struct Visitor;

#[session(
    ..Visitor,
    username: String else {
        *session.visits_mut() += 1;
        session.flash_error("Please sign in.");
        Redirect::to(uri!(login(session.username().map(str::to_owned).unwrap_or_default())))
    },
)]
struct LoggedIn;

#[session(..LoggedIn, admin: bool else Status::Forbidden)]
struct Admin;

#[get("/login?<name>")]
fn login(name: String, session: Session<Visitor>) -> String {
    session.set_username(name);
    "logged in".into()
}

#[get("/admin/make")]
fn make_admin(session: Session<Visitor>) {
    session.view::<Flag>().set_admin(true);
}

#[session(admin: bool)]
struct Flag;

#[get("/visits")]
fn visits(session: Session<Visitor>) -> String {
    let flashes: Vec<_> = session.flashes().into_iter().map(|flash| flash.message).collect();
    format!("{} {flashes:?}", session.visits())
}

#[get("/bare")]
fn bare(session: Session<LoggedIn>) -> String {
    format!("bare {}", session.username())
}

#[get("/bare", rank = 2)]
fn bare_forwarded() -> &'static str {
    "forwarded"
}

#[get("/bare/alone")]
fn bare_alone(session: Session<Admin>) -> String {
    session.username().into()
}

#[session(..LoggedIn)]
#[get("/answered")]
fn answered(session: Session) -> String {
    format!("answered {}", session.username())
}

#[session(..Admin)]
#[get("/admin")]
async fn admin(session: Session) -> Option<String> {
    Some(format!("{} {}", session.username(), session.admin()))
}

#[session(..Visitor, username: String else (Status::Unauthorized, format!("no {name} {}", id + 1)))]
#[get("/parameters/<id>/<name>")]
fn parameters(name: &str, session: Session, id: u32) -> String {
    format!("{} {name} {id}", session.username())
}

#[session(username: String else (Status::Conflict, owned))]
#[get("/moved/<owned>")]
async fn moved(owned: String, session: Session) -> String {
    format!("{} {owned}", session.username())
}

#[session(
    ..Visitor,
    username: String else { list.push(4); format!("{list:?}") },
)]
#[get("/mutable")]
fn mutable(mut list: List, session: Session) -> String {
    list.push(0);
    format!("{} {list:?}", session.username())
}

#[session(
    ..Visitor,
    coupon: u32 else {
        visit.set_username("else");
        *visit.visits_mut() += 10;
        visit.flash_error("handler");
        format!("{:?}", visit.username())
    },
)]
#[get("/session")]
fn session_of_else(mut visit: Session) -> String {
    *visit.coupon_mut() += 1;
    visit.coupon().to_string()
}

#[session(
    username: String else Redirect::to("/login"),
    admin: bool else Status::Forbidden,
    coupon: u32 else (ContentType::JSON, "{}"),
    size: u8 else Some("no size"),
    color: String else Err::<(), _>(Status::ImATeapot),
)]
#[get("/several")]
fn several(session: Session) -> String {
    format!("{}{}{}", session.username(), session.admin(), session.coupon())
}

#[session(..LoggedIn)]
#[catch(404)]
fn not_found(session: Session) -> String {
    format!("Sorry {}", session.username())
}

struct List(Vec<u32>);

impl std::ops::Deref for List {
    type Target = Vec<u32>;
    fn deref(&self) -> &Vec<u32> {
        &self.0
    }
}

impl std::ops::DerefMut for List {
    fn deref_mut(&mut self) -> &mut Vec<u32> {
        &mut self.0
    }
}

impl std::fmt::Debug for List {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

#[rocket::async_trait]
impl<'r> rocket::request::FromRequest<'r> for List {
    type Error = ();
    async fn from_request(_: &'r rocket::Request<'_>) -> rocket::request::Outcome<Self, ()> {
        rocket::request::Outcome::Success(List(vec![3]))
    }
}

fn rocket() -> Rocket<Build> {
    rocket::build()
        .attach(Sessions::fairing())
        .mount("/", routes![login, make_admin, visits, bare, bare_alone, answered, admin])
        .mount("/", routes![parameters, moved, mutable, session_of_else, several])
        .register("/missing", catchers![not_found])
}

fn client() -> Client {
    Client::tracked(rocket()).expect("it launches")
}

fn text(client: &Client, path: &str) -> String {
    client.get(path).dispatch().into_string().unwrap_or_default()
}

fn status(client: &Client, path: &str) -> Status {
    client.get(path).dispatch().status()
}

#[test]
fn on_a_handler_else_sees_the_parameters() {
    let client = client();
    let response = client.get("/parameters/1/bob").dispatch();
    assert_eq!(response.status(), Status::Unauthorized);
    assert_eq!(response.into_string().unwrap(), "no bob 2");
    text(&client, "/login?name=Ann");
    assert_eq!(text(&client, "/parameters/1/bob"), "Ann bob 1");
}

#[test]
fn on_a_handler_else_may_move_the_parameters() {
    let client = client();
    let response = client.get("/moved/cup").dispatch();
    assert_eq!(response.status(), Status::Conflict);
    assert_eq!(response.into_string().unwrap(), "cup");
    text(&client, "/login?name=Ann");
    assert_eq!(text(&client, "/moved/cup"), "Ann cup");
}

#[test]
fn on_a_handler_else_may_change_mutable_parameters() {
    let client = client();
    assert_eq!(text(&client, "/mutable"), "[3, 4]");
    text(&client, "/login?name=Ann");
    assert_eq!(text(&client, "/mutable"), "Ann [3, 0]");
}

#[test]
fn the_check_comes_after_the_parameters() {
    let client = client();
    assert_eq!(status(&client, "/parameters/x/bob"), Status::UnprocessableEntity);
}

#[test]
fn on_a_handler_else_may_write_to_the_session() {
    let client = client();
    assert_eq!(text(&client, "/session"), "Some(\"else\")");
    assert_eq!(text(&client, "/visits"), "10 [\"handler\"]");
}

#[test]
fn on_a_schema_else_may_write_to_the_session() {
    let client = client();
    let response = client.get("/answered").dispatch();
    assert_eq!(response.status(), Status::SeeOther);
    assert_eq!(response.headers().get_one("Location"), Some("/login?name="));
    assert_eq!(text(&client, "/visits"), "1 [\"Please sign in.\"]");
}

#[test]
fn a_bare_guard_forwards_with_401() {
    let client = client();
    assert_eq!(status(&client, "/bare"), Status::Unauthorized);
    assert_eq!(status(&client, "/bare/alone"), Status::Unauthorized);
    // The answer was not evaluated.
    assert_eq!(text(&client, "/visits"), "0 []");
    text(&client, "/login?name=Ann");
    assert_eq!(text(&client, "/bare"), "bare Ann");
    assert_eq!(status(&client, "/bare/alone"), Status::Unauthorized);
}

#[test]
fn a_bare_guard_forwards_to_the_next_route() {
    let client = Client::tracked(rocket().mount("/", routes![bare_forwarded])).unwrap();
    assert_eq!(text(&client, "/bare"), "forwarded");
    text(&client, "/login?name=Ann");
    assert_eq!(text(&client, "/bare"), "bare Ann");
}

#[test]
fn a_base_answers_before_what_extends_it() {
    let client = client();
    assert_eq!(status(&client, "/admin"), Status::SeeOther);
    text(&client, "/login?name=Ann");
    assert_eq!(status(&client, "/admin"), Status::Forbidden);
    text(&client, "/admin/make");
    assert_eq!(text(&client, "/admin"), "Ann true");
}

#[session(coupon: u32, size: u8, color: String)]
struct Rest;

#[get("/fill/<step>")]
fn fill(step: u32, session: Session<Rest>) {
    match step {
        1 => session.set_coupon(1),
        2 => session.set_size(2),
        _ => session.set_color("red"),
    }
}

#[test]
fn answers_of_several_types_mix_and_the_first_missing_field_answers() {
    let client = Client::tracked(rocket().mount("/", routes![fill])).unwrap();
    assert_eq!(status(&client, "/several"), Status::SeeOther);
    text(&client, "/login?name=Ann");
    assert_eq!(status(&client, "/several"), Status::Forbidden);
    text(&client, "/admin/make");
    let response = client.get("/several").dispatch();
    assert_eq!(response.content_type(), Some(ContentType::JSON));
    drop(response);
    text(&client, "/fill/1");
    assert_eq!(text(&client, "/several"), "no size");
    text(&client, "/fill/2");
    assert_eq!(status(&client, "/several"), Status::ImATeapot);
    text(&client, "/fill/3");
    assert_eq!(text(&client, "/several"), "Anntrue1");
}

#[test]
fn a_catcher_answers_with_its_schemas_response() {
    let client = client();
    assert_eq!(status(&client, "/missing/page"), Status::SeeOther);
    text(&client, "/login?name=Ann");
    assert_eq!(text(&client, "/missing/page"), "Sorry Ann");
}

#[session(username: String else "who?", visits: u32 else "how often?")]
#[get("/proven")]
fn proven(mut session: Session) -> String {
    let taken = session.take_username();
    let after = (session.username().to_owned(), session.take_username());
    session.clear();
    let cleared = (session.username().to_owned(), session.visits());
    session.set_username("Bob");
    let set = session.username().to_owned();
    session.clear();
    // A guard of a removed field starts from the value that was proven.
    session.username_mut().push('!');
    *session.visits_mut() += 1;
    format!("{taken:?} {after:?} {cleared:?} {set} {} {}", session.username(), session.visits())
}

#[get("/proven/prepare")]
fn prepare_proven(session: Session<Visitor>) {
    session.set_username("Ann");
    session.set_visits(7);
}

#[test]
fn what_was_proven_stays_readable() {
    let client = Client::tracked(rocket().mount("/", routes![proven, prepare_proven])).unwrap();
    text(&client, "/proven/prepare");
    assert_eq!(text(&client, "/proven"), "Some(\"Ann\") (\"Ann\", None) (\"Ann\", 7) Bob Ann! 8");
}

#[session(username: String else "who?")]
#[get("/meaning/<way>")]
async fn meaning(way: u32, session: Session) -> Result<String, Status> {
    let _: &str = session.username();
    if way == 1 {
        return Err(Status::Gone);
    }
    let parsed: u32 = "x".parse().or_else(|_| "5".parse()).map_err(|_| Status::BadRequest)?;
    std::future::ready(()).await;
    if way == 2 {
        Err(Status::Locked)?
    }
    Ok(parsed.to_string())
}

#[test]
fn the_body_keeps_the_meaning_of_return_and_question_mark() {
    let client = Client::tracked(rocket().mount("/", routes![meaning])).unwrap();
    assert_eq!(text(&client, "/meaning/0"), "who?");
    text(&client, "/login?name=Ann");
    assert_eq!(text(&client, "/meaning/0"), "5");
    assert_eq!(status(&client, "/meaning/1"), Status::Gone);
    assert_eq!(status(&client, "/meaning/2"), Status::Locked);
}

#[get("/unreadable")]
fn unreadable(session: Session) {
    session.set("username", 5);
}

#[test]
fn a_value_of_another_type_is_missing() {
    let client = Client::tracked(rocket().mount("/", routes![unreadable])).unwrap();
    text(&client, "/unreadable");
    assert_eq!(status(&client, "/answered"), Status::SeeOther);
    assert_eq!(status(&client, "/bare"), Status::Unauthorized);
}

/// Items with the names that generated code might give its variables.
#[allow(non_upper_case_globals)]
mod own_names {
    use rocket::http::Status;
    use rocket::{Request, catch, get};
    use session_runtime::prelude::*;

    const missing: Status = Status::Gone;
    const rejection: u32 = 3;
    const defaults: u32 = 4;
    const opened: Status = Status::Locked;
    const answer: &str = "nobody";
    const request: &str = "who asked?";

    fn handle() -> Status {
        Status::ImATeapot
    }

    fn base() -> u32 {
        5
    }

    #[session(
        first: String else handle(),
        second: String else missing,
        third: u32 = rejection + defaults,
        fourth: u32 = base(),
    )]
    struct Names;

    #[session(..Names, fifth: String else opened, sixth: String else handle())]
    #[get("/names")]
    pub(crate) fn names(session: Session) -> String {
        format!("{} {}", session.third(), session.fourth())
    }

    #[get("/names/set/<name>")]
    pub(crate) fn set(session: Session, name: &str) {
        session.set(name, "x");
    }

    #[session(name: String else format!("{answer}, {request} {}", handle().code))]
    #[catch(404)]
    pub(crate) fn not_found(_: &Request<'_>, session: Session) -> String {
        session.name().into()
    }
}

#[test]
fn a_name_in_an_else_or_a_default_means_the_item_of_the_user() {
    let routes = routes![own_names::names, own_names::set];
    let rocket = rocket().mount("/", routes).register("/", catchers![own_names::not_found]);
    let client = Client::tracked(rocket).unwrap();
    for (name, expected) in [
        ("first", Status::ImATeapot),
        ("second", Status::Gone),
        ("fifth", Status::Locked),
        ("sixth", Status::ImATeapot),
    ] {
        assert_eq!(status(&client, "/names"), expected, "{name}");
        text(&client, &format!("/names/set/{name}"));
    }
    assert_eq!(text(&client, "/names"), "7 5");
    assert_eq!(text(&client, "/nowhere"), "nobody, who asked? 418");
}
