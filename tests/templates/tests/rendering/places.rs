//! Where a session can render: in catchers, in an `else`, in a `Result`.

use rocket::http::Status;
use rocket::{Request, catch, catchers, get, post, routes};
use session_runtime::prelude::*;
use session_runtime::templates::{Rendered, context};
use session_template_tests::{ENGINES, application};
use session_tests::{Browser, clock, fairing};

#[session(engine: String, visits: u32 = 7, flash(error))]
struct Visitor;

impl Visitor {
    fn page(&self) -> Rendered {
        self.render(format!("{}/page", self.engine().unwrap_or("j2")), context! { ask: "texts" })
    }
}

#[session(..Visitor, username: String else session.page())]
struct Member;

#[get("/<engine>/flash")]
fn flash(engine: &str, session: Session<Visitor>) {
    session.set_engine(engine);
    session.flash_error("a message");
}

#[session(..Visitor, username: String else session.render("j2/page", context! { ask: "texts" }))]
#[get("/own")]
fn own(session: Session) -> String {
    session.username().to_owned()
}

#[session(..Member)]
#[get("/base")]
fn base(session: Session) -> String {
    session.username().to_owned()
}

#[session(..Member)]
#[post("/body", data = "<_body>")]
fn body(session: Session, _body: String) -> Result<Rendered, Status> {
    Ok(session.page())
}

#[session(..Visitor)]
#[get("/result?<fail>")]
fn result(session: Session, fail: bool) -> Result<Rendered, Status> {
    if fail { Err(Status::NotFound) } else { Ok(session.page()) }
}

#[session(..Visitor)]
#[catch(404)]
fn not_found(session: Session) -> Rendered {
    session.page()
}

#[session(..Visitor)]
#[catch(500)]
fn broken(status: Status, session: Session, _request: &Request<'_>) -> (Status, Rendered) {
    (status, session.page())
}

#[get("/panic")]
fn panic(session: Session<Visitor>) -> Rendered {
    session.flash_error("is not kept");
    panic!("a handler");
}

#[get("/count")]
fn count(session: Session<Visitor>) -> String {
    session.peek_flashes().len().to_string()
}

fn browser() -> Browser {
    let routes = routes![flash, own, base, body, result, panic, count];
    let catchers = catchers![not_found, broken];
    Browser::new(application(fairing(&clock()), routes).register("/", catchers))
}

/// The page was rendered with one message, which is consumed.
#[track_caller]
fn shows_once(browser: &Browser, path: &str, status: u16) {
    let answer = browser.get(path);
    assert_eq!((answer.status, &answer.errors()[..]), (status, &[][..]), "{answer:#?}");
    assert!(answer.body.contains("visits=7;"), "{answer:#?}");
    assert!(answer.body.contains("[a message]"), "{answer:#?}");
    assert_eq!(answer.list("Vary"), ["cookie"]);
    assert_eq!(answer.list("Cache-Control"), ["no-cache", "private"]);
    assert_eq!(browser.get("/count").body, "0");
}

#[test]
fn a_catcher_renders() {
    let browser = browser();
    for engine in ENGINES {
        let browser = browser.another();
        browser.get(&format!("/{engine}/flash"));
        shows_once(&browser, "/nowhere", 404);
    }
}

#[test]
fn a_catcher_of_an_error_shows_messages_that_go_on_waiting() {
    let browser = browser();
    for engine in ENGINES {
        let browser = browser.another();
        browser.get(&format!("/{engine}/flash"));
        let answer = browser.get("/panic");
        assert_eq!(answer.status, 500);
        assert!(answer.body.contains("[a message]"), "{answer:#?}");
        assert_eq!(answer.set_cookie(), None);
        assert_eq!(browser.get("/count").body, "1");
    }
}

#[test]
fn an_else_renders() {
    let browser = browser();
    for engine in ENGINES {
        for path in ["/own", "/base"] {
            let browser = browser.another();
            browser.get(&format!("/{engine}/flash"));
            shows_once(&browser, path, 200);
        }
        let browser = browser.another();
        browser.get(&format!("/{engine}/flash"));
        let answer = browser.post("/body");
        assert!(answer.body.contains("[a message]"), "{answer:#?}");
    }
}

#[test]
fn a_result_renders() {
    let browser = browser();
    for engine in ENGINES {
        let browser = browser.another();
        browser.get(&format!("/{engine}/flash"));
        shows_once(&browser, "/result?fail=false", 200);
        browser.get(&format!("/{engine}/flash"));
        shows_once(&browser, "/result?fail=true", 404);
    }
}
