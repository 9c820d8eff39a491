//! Loaded fields: `user: User from user_id`.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use rocket::data::{Data, ToByteUnit};
use rocket::http::Status;
use rocket::request::{FromRequest, Outcome};
use rocket::response::Redirect;
use rocket::{
    Build, FromForm, Request, Rocket, async_trait, catch, catchers, form::Form, get, post, routes,
    uri,
};
use session_runtime::AnySession;
use session_runtime::prelude::*;
use session_runtime::store::Memory;
use session_tests::log::Line;
use session_tests::{Browser, app, clock, fairing};

const FORM: &str = "application/x-www-form-urlencoded";

#[derive(Debug, PartialEq)]
struct User(String);

/// The "database", and how often it was asked.
#[derive(Default)]
struct Users {
    names: Mutex<BTreeMap<i64, String>>,
    asked: AtomicUsize,
    broken: AtomicBool,
}

impl Users {
    fn find(&self, id: i64) -> Result<Option<User>, String> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        match self.broken.load(Ordering::Relaxed) {
            true => Err("the disk\nis full".into()),
            false => Ok(self.names.lock().unwrap().get(&id).cloned().map(User)),
        }
    }
}

fn users<'r>(request: &'r Request<'_>) -> &'r Users {
    request.rocket().state().expect("managed")
}

#[async_trait]
impl FromSession<i64> for User {
    type Error = String;

    async fn from_session(id: &i64, request: &Request<'_>) -> Result<Option<User>, String> {
        // A session that does not declare the field may be taken.
        assert!(Session::<Visitor>::from_request(request).await.is_success());
        users(request).find(*id)
    }
}

/// What an invitation in the session leads to.
struct Team(usize);

#[async_trait]
impl FromSession<String> for Team {
    type Error = std::convert::Infallible;

    async fn from_session(code: &String, _: &Request<'_>) -> Result<Option<Team>, Self::Error> {
        Ok((code != "void").then_some(Team(code.len())))
    }
}

#[session(#[owner] user_id: i64, #[key("code")] invitation: String, visits: u32 = 0, flash(error))]
struct Visitor;

/// Optional.
#[session(..Visitor, user: User from user_id)]
struct Guest;

#[session(
    ..Visitor,
    /// Who is signed in.
    user: User from user_id else {
        session.flash_error("Please sign in.");
        Redirect::to(uri!(login(1)))
    },
)]
struct Member;

impl Member {
    fn greeting(&self) -> String {
        format!("Hello {}", self.user().0)
    }
}

#[get("/login/<id>")]
fn login(id: i64, session: Session<Visitor>) {
    session.set_user_id(id);
}

#[get("/guest")]
fn guest(session: Session<Guest>) -> String {
    format!("{:?}", session.user())
}

#[session(..Member)]
#[get("/member")]
fn member(session: Session) -> String {
    session.greeting()
}

#[session(..Member)]
#[post("/member", data = "<data>")]
async fn create(session: Session, data: Data<'_>) -> String {
    let body = data.open(10.bytes()).into_string().await.unwrap();
    format!("{} {}", session.user().0, body.into_inner())
}

#[derive(FromForm)]
struct Post<'r> {
    title: &'r str,
}

#[session(..Member)]
#[post("/form", data = "<form>")]
fn form(session: Session, form: Form<Post<'_>>) -> String {
    format!("{} {}", session.user().0, form.title)
}

/// A list of its own, with a field that is loaded from its own.
#[session(user_id: i64, user: User from user_id else Status::Forbidden)]
#[get("/own")]
fn own(session: Session) -> String {
    session.user().0.clone()
}

/// Several, from several sources.
#[session(..Guest, team: Team from invitation else "no team", user: User from user_id else "no user")]
#[get("/both")]
fn both(session: Session) -> String {
    format!("{} {}", session.team().0, session.user().0)
}

/// Declared again without its `else`: the base's answers all the same.
#[session(..Member, user: User from user_id)]
#[get("/again")]
fn again(session: Session) -> String {
    format!("{:?}", session.user())
}

/// A default that nobody has stored loads nothing.
#[session(visits: u32 = 1, nth: Nth from visits)]
#[get("/nth")]
fn nth(session: Session) -> String {
    format!("{} {:?}", session.visits(), session.nth().map(|nth| nth.0))
}

struct Nth(u32);

#[async_trait]
impl FromSession<u32> for Nth {
    type Error = String;

    async fn from_session(visits: &u32, _: &Request<'_>) -> Result<Option<Nth>, String> {
        Ok(Some(Nth(*visits)))
    }
}

#[get("/invite/<code>")]
fn invite(code: &str, session: Session<Visitor>) {
    session.set_invitation(code);
}

/// Nothing is loaded for a session that does not declare it.
#[get("/visits")]
fn visits(mut session: Session<Visitor>) -> String {
    *session.visits_mut() += 1;
    let flashes = session.flashes();
    format!("{} {}", session.visits(), flashes.len())
}

#[get("/bare")]
fn bare(session: Session<Member>) -> String {
    session.greeting()
}

#[get("/views")]
fn views(session: Session<Guest>, visitor: Session<Visitor>) -> String {
    let seen = format!("{:?}", visitor.try_view::<Member>().map(|member| member.greeting()));
    session.set_user_id(2);
    // The handle keeps what it was made with. A view shows what belongs to the value
    // that is there now, and nothing of that was loaded.
    format!("{seen} {:?} {:?}", session.user(), session.view::<Guest>().user())
}

#[get("/unloaded")]
fn unloaded(session: Session<AnySession>) -> String {
    format!("{:?}", session.view::<Guest>().user())
}

/// The source is stored in the same request, by a guard that runs before.
struct SignIn;

#[async_trait]
impl<'r> FromRequest<'r> for SignIn {
    type Error = SessionError;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, SessionError> {
        Session::<Visitor>::from_request(request).await.map(|session| {
            session.set_user_id(1);
            SignIn
        })
    }
}

#[session(..Member)]
#[get("/at-once")]
fn at_once(_sign_in: SignIn, session: Session) -> String {
    session.greeting()
}

/// Its loader takes a session that declares it.
struct Circle;

#[session(user_id: i64, circle: Circle from user_id)]
struct Circular;

#[async_trait]
impl FromSession<i64> for Circle {
    type Error = String;

    async fn from_session(_: &i64, request: &Request<'_>) -> Result<Option<Circle>, String> {
        match Session::<Circular>::from_request(request).await {
            Outcome::Error((_, error)) => Err(error.to_string()),
            _ => Ok(Some(Circle)),
        }
    }
}

#[get("/circular")]
fn circular(session: Session<Circular>) -> &'static str {
    if session.circle().is_some() { "loaded" } else { "empty" }
}

#[session(..Member)]
#[catch(404)]
fn not_found(session: Session) -> String {
    format!("no such page, {}", session.user().0)
}

#[session(..Guest, visits: u32 = 0)]
#[catch(503)]
fn unavailable(mut session: Session) -> String {
    *session.visits_mut() += 10;
    format!("try later, {:?} {}", session.user(), session.user_id().is_some())
}

fn application() -> Rocket<Build> {
    in_format(fairing(&clock()))
}

fn in_format(fairing: session_runtime::SessionFairing) -> Rocket<Build> {
    let names = BTreeMap::from([(1, "Ann".into()), (2, "Bob".into())]);
    let routes = routes![
        login, guest, member, create, form, own, both, again, invite, visits, bare, views,
        unloaded, at_once, circular, nth
    ];
    app(fairing, routes)
        .manage(Users { names: Mutex::new(names), ..Users::default() })
        .register("/", catchers![not_found, unavailable])
}

fn state(browser: &Browser) -> &Users {
    browser.rocket().state().unwrap()
}

fn asked(browser: &Browser) -> usize {
    state(browser).asked.swap(0, Ordering::Relaxed)
}

#[test]
fn the_user_behind_the_identifier_is_there() {
    for browser in [
        Browser::new(application()),
        Browser::new(in_format(fairing(&clock()).store(Memory::new()))),
        Browser::new(in_format(fairing(&clock()).format(session_runtime::Format::Flask))),
    ] {
        assert_eq!(browser.get("/guest").body, "None");
        assert_eq!(asked(&browser), 0);
        let refused = browser.get("/member");
        assert_eq!((refused.status, refused.one("Location")), (303, Some("/login/1")));
        browser.get("/login/1");
        assert_eq!(browser.get("/guest").body, r#"Some(User("Ann"))"#);
        let member = browser.get("/member");
        assert_eq!(member.body, "Hello Ann");
        assert_eq!(member.one("Cache-Control"), Some("private, no-store"));
        assert_eq!(browser.get("/again").body, r#"Some(User("Ann"))"#);
        assert_eq!(browser.get("/own").body, "Ann");
        assert_eq!(browser.post_body("/form", FORM, "title=A").body, "Ann A");
    }
}

#[test]
fn line_58_a_deleted_user_gets_the_else_whatever_the_body() {
    let browser = Browser::new(application());
    browser.get("/login/1");
    assert_eq!(browser.post_body("/member", "text/plain", "body").body, "Ann body");
    state(&browser).names.lock().unwrap().remove(&1);
    assert_eq!(browser.get("/member").status, 303);
    for body in ["title=A", "", "%", "no=title"] {
        assert_eq!(browser.post_body("/form", FORM, body).status, 303, "{body}");
        assert_eq!(browser.post_body("/member", "text/plain", body).status, 303, "{body}");
    }
    assert_eq!(browser.get("/own").status, 403);
    assert_eq!(browser.get("/bare").status, 401);
    assert_eq!(browser.get("/again").status, 303);
    assert_eq!(browser.get("/guest").body, "None");
    // What the `else` wrote is kept.
    assert!(browser.get("/visits").body.starts_with("1 10"));
}

#[test]
fn each_value_is_loaded_once_in_a_request_and_only_where_declared() {
    let browser = Browser::new(application());
    browser.get("/login/1");
    for (path, times) in
        [("/visits", 0), ("/unloaded", 0), ("/guest", 1), ("/member", 1), ("/views", 1), ("/x", 1)]
    {
        asked(&browser);
        browser.get(path);
        assert_eq!(asked(&browser), times, "{path}");
    }
}

#[test]
fn a_handle_keeps_what_it_was_made_with() {
    let browser = Browser::new(application());
    browser.get("/login/1");
    assert_eq!(browser.get("/views").body, r#"Some("Hello Ann") Some(User("Ann")) None"#);
    assert_eq!(browser.get("/member").body, "Hello Bob");
    assert_eq!(browser.get("/unloaded").body, "None");
}

#[test]
fn what_a_guard_stored_before_is_loaded() {
    assert_eq!(Browser::new(application()).get("/at-once").body, "Hello Ann");
}

#[test]
fn several_fields_are_independent() {
    let browser = Browser::new(application());
    assert_eq!(browser.get("/both").body, "no team");
    browser.get("/invite/abc");
    assert_eq!(browser.get("/both").body, "no user");
    browser.get("/login/2");
    assert_eq!(browser.get("/both").body, "3 Bob");
    browser.get("/invite/void");
    assert_eq!(browser.get("/both").body, "no team");
}

#[test]
fn a_failing_loader_is_a_503_and_nothing_is_lost() {
    let browser = Browser::new(application());
    browser.get("/login/1");
    browser.get("/visits");
    state(&browser).broken.store(true, Ordering::Relaxed);
    asked(&browser);
    let answer = browser.get("/member");
    // The catcher's schema declares the user too: its session is empty.
    assert_eq!((answer.status, answer.body.as_str()), (503, "try later, None false"));
    assert_eq!(answer.set_cookie(), None);
    assert_eq!(asked(&browser), 1);
    let said: Vec<_> = answer.log.iter().filter(|line| line.text.contains("`user`")).collect();
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].text.contains(r"could not be loaded: the disk\nis full."), "{said:?}");
    state(&browser).broken.store(false, Ordering::Relaxed);
    assert_eq!(browser.get("/member").body, "Hello Ann");
    assert_eq!(browser.get("/visits").body, "2 0");
}

#[test]
fn a_catcher_has_the_user() {
    let browser = Browser::new(application());
    assert_eq!(browser.get("/nowhere").status, 303);
    browser.get("/login/2");
    let answer = browser.get("/nowhere");
    assert_eq!((answer.status, answer.body.as_str()), (404, "no such page, Bob"));
}

#[test]
fn a_loader_that_waits_for_itself_is_an_error_that_says_so() {
    let browser = Browser::new(application());
    assert_eq!(browser.get("/circular").body, "empty");
    browser.get("/login/1");
    let answer = browser.get("/circular");
    assert_eq!(answer.status, 503);
    let says = |line: &Line| line.text.contains("takes a session that declares `circle`");
    assert!(answer.log.iter().any(says), "{:?}", answer.log);
}

#[test]
fn a_default_loads_nothing() {
    let browser = Browser::new(application());
    assert_eq!(browser.get("/nth").body, "1 None");
    browser.get("/visits");
    browser.get("/visits");
    assert_eq!(browser.get("/nth").body, "2 Some(2)");
}

#[test]
fn a_bare_guard_forwards() {
    let browser = Browser::new(application());
    assert_eq!(browser.get("/bare").status, 401);
    browser.get("/login/1");
    assert_eq!(browser.get("/bare").body, "Hello Ann");
}
