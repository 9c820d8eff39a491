//! The verbs of every session, called in an application's own methods on a schema.

use std::time::Duration;

use rocket::response::stream::TextStream;
// It gives every type a method `clear`.
#[allow(unused_imports)]
use rocket::yansi::Paint as _;
use rocket::{Request, catch, catchers, get, routes};
use session_runtime::prelude::*;
use session_runtime::{AnySession, Format};
use session_tests::{Answer, Browser, app, clock, fairing};

#[session(username: String, visits: u32 = 0, flash(success))]
struct Visitor;

/// Requires nothing, nor does its base.
#[session(..Visitor, theme: String)]
struct Themed;

/// Requires something.
#[session(..Themed, username: String else session.turn_away("schema"))]
struct Member;

/// In a module without `Paint`, whose `clear` would take precedence over a schema's
/// own `self.clear()`.
mod methods {
    use super::{AnySession, Duration, Member, Themed, Visitor};

    impl Visitor {
        pub(crate) fn log_in(&self, name: &str) {
            self.renew();
            self.set_username(name);
            self.set_permanent(true);
            self.flash_success("Welcome back.");
        }

        pub(crate) fn log_out(&self) {
            self.clear();
            self.flash("Bye.");
        }

        pub(crate) fn turn_away(&self, who: &str) -> String {
            let seen: Vec<_> = self.peek_flashes().into_iter().map(|flash| flash.message).collect();
            self.flash(who);
            format!("no name, says the {who}, after {seen:?}")
        }

        pub(crate) fn shown(&self) -> String {
            let one = self.flashes_in(["success"]).len();
            format!("{one} of {}", self.flashes().len())
        }

        pub(crate) fn through_others(&self) -> String {
            let member = self.try_view::<Member>();
            let name = member.as_ref().map(|member| member.username());
            format!("{name:?} {:?}", self.view::<Themed>().theme())
        }
    }

    impl Themed {
        pub(crate) fn decorate(&self, theme: &str) {
            self.set_lifetime(Duration::from_secs(60));
            self.set_theme(theme);
        }
    }

    impl Member {
        pub(crate) fn greeting(&self) -> String {
            format!("{} {} {}", self.username(), self.is_permanent(), self.is_empty())
        }
    }

    pub(crate) fn say(session: &AnySession, message: &str) {
        session.flash(message);
    }
}

use methods::say;

#[get("/login/<name>")]
fn login(name: &str, session: Session<Visitor>) {
    session.log_in(name);
}

#[session(..Visitor, coupon: String)]
#[get("/login/list/<name>")]
fn login_with_a_list(name: &str, session: Session) -> String {
    session.log_in(name);
    session.shown()
}

#[session(..Themed, coupon: String)]
#[get("/login/base/<name>")]
fn login_of_the_bases_base(name: &str, session: Session) -> String {
    session.log_in(name);
    session.decorate("red");
    session.through_others()
}

#[get("/logout")]
fn logout(session: Session<Themed>) {
    session.log_out();
}

/// With `Paint` in scope.
#[session(..Visitor, coupon: String)]
#[get("/clear")]
fn clear(session: Session) {
    session.clear();
}

#[session(..Member)]
#[get("/member")]
fn member(session: Session) -> String {
    session.greeting()
}

#[session(..Themed, username: String else { session.decorate("grey"); session.turn_away("handler") })]
#[get("/handler")]
fn handler(session: Session) -> String {
    session.username().to_owned()
}

#[get("/say")]
fn say_it(session: Session<Member>, untyped: Session) {
    say(&session, "typed");
    say(&untyped, "untyped");
}

#[get("/shown")]
fn shown(session: Session<Visitor>) -> String {
    session.shown()
}

#[session(..Visitor, coupon: String)]
#[catch(404)]
fn not_found(session: Session, _request: &Request<'_>) -> String {
    session.turn_away("catcher")
}

fn browser() -> Browser {
    let routes = routes![
        login,
        login_with_a_list,
        login_of_the_bases_base,
        logout,
        clear,
        member,
        handler,
        say_it,
        shown
    ];
    Browser::new(app(fairing(&clock()), routes).register("/", catchers![not_found]))
}

fn body(answer: &Answer) -> &str {
    assert_eq!(answer.errors(), [""; 0]);
    &answer.body
}

#[test]
fn a_handler_calls_the_applications_method() {
    let browser = browser();
    let answer = browser.get("/login/Ann");
    assert!(answer.issued().max_age().is_some(), "{answer:?}");
    assert_eq!(body(&browser.get("/member")), "Ann true false");
    assert_eq!(body(&browser.get("/shown")), "1 of 1");
    browser.get("/logout");
    assert_eq!(body(&browser.get("/shown")), "0 of 1");
}

#[test]
fn a_handler_with_a_list_of_its_own_calls_it() {
    let browser = browser();
    assert_eq!(body(&browser.get("/login/list/Ann")), "1 of 1");
    assert_eq!(body(&browser.get("/member")), "Ann true false");
}

#[test]
fn a_handler_calls_the_method_of_the_bases_base() {
    let browser = browser();
    let answer = browser.get("/login/base/Ann");
    assert_eq!(body(&answer), "Some(\"Ann\") Some(\"red\")");
    assert_eq!(answer.issued().max_age(), Some(60));
}

#[test]
fn an_else_of_a_schema_calls_it() {
    let browser = browser();
    assert_eq!(body(&browser.get("/member")), "no name, says the schema, after []");
    assert_eq!(body(&browser.get("/member")), "no name, says the schema, after [\"schema\"]");
}

#[test]
fn an_else_of_a_handler_calls_it() {
    let browser = browser();
    let answer = browser.get("/handler");
    assert_eq!(body(&answer), "no name, says the handler, after []");
    assert!(answer.issued().payload().contains("grey"), "{answer:?}");
}

#[test]
fn a_catcher_calls_it() {
    let browser = browser();
    assert_eq!(body(&browser.get("/nowhere")), "no name, says the catcher, after []");
    assert_eq!(body(&browser.get("/nowhere")), "no name, says the catcher, after [\"catcher\"]");
}

#[test]
fn a_function_takes_any_session() {
    let browser = browser();
    browser.get("/login/Ann");
    browser.get("/say");
    assert_eq!(body(&browser.get("/shown")), "1 of 3");
}

#[test]
fn a_trait_in_scope_does_not_come_first() {
    let browser = browser();
    browser.get("/login/Ann");
    assert!(browser.get("/clear").issued().is_removal());
}

mod lines {
    use super::{AnySession, Duration, Session, TextStream, Visitor, get};

    pub(crate) const FIRST: u32 = line!() + 5;

    impl Visitor {
        fn each(&self, verb: u8) {
            match verb {
                0 => self.clear(),
                1 => self.renew(),
                2 => self.set_permanent(true),
                3 => self.set_lifetime(Duration::from_secs(1)),
                4 => self.flash("too late"),
                5 => drop(self.flashes()),
                _ => drop(self.flashes_in(["message"])),
            }
        }
    }

    #[get("/schema/<verb>")]
    pub(crate) fn schema(session: Session<Visitor>, verb: u8) -> TextStream![&'static str] {
        session.flash("waits");
        TextStream! {
            yield "a";
            session.each(verb);
        }
    }

    pub(crate) const SESSION: u32 = line!() + 4;

    fn each(session: &Session<Visitor>, verb: u8) {
        match verb {
            0 => session.clear(),
            1 => session.renew(),
            2 => session.set_permanent(true),
            3 => session.set_lifetime(Duration::from_secs(1)),
            4 => session.flash("too late"),
            5 => drop(session.flashes()),
            _ => drop(session.flashes_in(["message"])),
        }
    }

    #[get("/session/<verb>")]
    pub(crate) fn session(session: Session<Visitor>, verb: u8) -> TextStream![&'static str] {
        session.flash("waits");
        TextStream! {
            yield "a";
            each(&session, verb);
        }
    }

    pub(crate) const LIFETIME: u32 = line!() + 3;

    fn short(session: &AnySession) {
        session.set_lifetime(Duration::from_secs(1));
    }

    #[get("/lifetime")]
    pub(crate) fn lifetime(session: Session<Visitor>) {
        short(&session);
    }
}

fn names(answer: &Answer, line: u32) {
    let place = format!("tests/language_verbs.rs:{line}");
    let [error] = answer.errors()[..] else { panic!("one error, at {place}: {answer:#?}") };
    assert!(error.contains(&place), "{place}: {error}");
}

#[test]
fn a_change_that_comes_too_late_is_logged_with_its_own_line() {
    let routes = routes![lines::schema, lines::session];
    let browser = Browser::new(app(fairing(&clock()), routes));
    for verb in 0..7_u8 {
        for (path, first) in [("schema", lines::FIRST), ("session", lines::SESSION)] {
            let answer = browser.another().get(&format!("/{path}/{verb}"));
            names(&answer, first + u32::from(verb));
        }
    }
}

#[test]
fn a_500_names_the_line_of_the_call() {
    let fairing = fairing(&clock()).format(Format::Flask);
    let browser = Browser::new(app(fairing, routes![lines::lifetime]));
    let answer = browser.get("/lifetime");
    assert_eq!(answer.status, 500);
    names(&answer, lines::LIFETIME);
}
