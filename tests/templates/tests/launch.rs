//! Templates without their fairing. Alone in this process, because engines that one
//! application registers cannot be told from those of another.

#![allow(missing_docs, reason = "it is a test")]

use rocket::http::Status;
use rocket::{Build, Rocket, catch, catchers, get, routes};
use session_runtime::prelude::*;
use session_runtime::templates::{self, Rendered, Template, context};
use session_template_tests::without_engines;
use session_tests::{Browser, clock, fairing, ignite};

#[get("/")]
fn index(session: Session) -> Rendered {
    session.render("j2/page", context! { ask: "texts" })
}

#[session(username: String)]
#[get("/result")]
fn result(session: Session) -> Result<Rendered, Status> {
    drop(session);
    Err(Status::NotFound)
}

#[session(username: String)]
#[catch(404)]
fn not_found(session: Session) -> Rendered {
    session.render("j2/page", ())
}

fn application() -> Rocket<Build> {
    without_engines(fairing(&clock()))
}

const SAID: [&str; 4] = [
    "returns `Rendered`",
    "cannot call the session's functions",
    "Type `.attach(templates::fairing())` in place of `Template::fairing()`",
    "`templates::register(engines)`",
];

#[test]
fn a_launch_without_the_functions_is_refused() {
    ignite(application().mount("/", routes![index])).fails_with(&SAID);
    ignite(application().mount("/", routes![result])).fails_with(&SAID);
    let plain = || application().attach(Template::fairing());
    ignite(plain().mount("/", routes![index])).fails_with(&SAID);

    // The launch does not see catchers.
    let browser = Browser::new(plain().register("/", catchers![not_found]));
    let answer = browser.get("/nowhere");
    assert_eq!(answer.status, 500);
    assert!(answer.errors().iter().any(|line| line.contains(SAID[2])), "{answer:#?}");

    // Last, because a process does not forget.
    let own = Template::custom(|engines| {
        templates::register(engines);
        engines.minijinja.add_filter("twice", |text: String| format!("{text}{text}"));
    });
    let browser = Browser::new(application().attach(own).mount("/", routes![index]));
    assert_eq!(browser.get("/").status, 200);
    ignite(application().mount("/", routes![index])).fails_with(&SAID);
}
