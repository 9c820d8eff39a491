//! A session held by a streaming body, after the headers were sent.

use rocket::form::Context;
use rocket::get;
use rocket::response::stream::TextStream;
use rocket::routes;
use session_runtime::prelude::*;
use session_tests::{Browser, Forge, KEY, NOW, app, clock, fairing};

#[session(n: u32, list: Vec<u32> = vec![], flash(info))]
struct Fields;

#[get("/read")]
fn read(session: Session<Fields>) -> TextStream![String] {
    TextStream! {
        yield format!("{:?}", session.n());
        yield format!(" {:?}", session.list());
    }
}

#[get("/before")]
fn before(session: Session<Fields>) -> TextStream![String] {
    session.set_n(1);
    TextStream! {
        yield format!("{:?}", session.n());
    }
}

const SET: u32 = line!() + 6;

#[get("/set")]
fn set(session: Session<Fields>) -> TextStream![&'static str] {
    TextStream! {
        yield "a";
        session.set_n(2);
        yield "b";
    }
}

#[get("/mut")]
fn mutate(mut session: Session<Fields>) -> TextStream![&'static str] {
    TextStream! {
        yield "a";
        session.list_mut().push(1);
        yield "b";
    }
}

#[get("/flash")]
fn flash(session: Session<Fields>) -> TextStream![&'static str] {
    TextStream! {
        yield "a";
        session.flash_info("too late");
        yield "b";
    }
}

#[get("/show")]
fn show(session: Session<Fields>) -> TextStream![String] {
    TextStream! {
        yield format!("{}", session.flashes().len());
    }
}

#[get("/whole/<verb>")]
fn whole(session: Session, verb: u8) -> TextStream![&'static str] {
    TextStream! {
        match verb {
            0 => session.clear(),
            1 => session.renew(),
            2 => session.set_permanent(true),
            3 => session.set_lifetime(std::time::Duration::from_secs(1)),
            4 => session.remove("n"),
            5 => session.set("n", 5),
            6 => session.set("n", f64::NAN),
            7 => session.keep_input(&Context::default()),
            _ => session.flash("too late"),
        }
        yield "done";
    }
}

#[get("/equal")]
fn equal(session: Session<Fields>) -> TextStream![&'static str] {
    TextStream! {
        session.view::<session_runtime::AnySession>().remove("nothing");
        let _ = (session.flashes(), session.old_input());
        session.keep_flashes();
        yield "nothing changed";
    }
}

#[get("/old")]
fn old(session: Session<Fields>) -> TextStream![String] {
    TextStream! {
        yield session.old_input().errors("").join(" ");
    }
}

#[get("/keep")]
fn keep(session: Session<Fields>) -> TextStream![String] {
    let shown = session.flashes();
    TextStream! {
        yield format!("{}", shown.len());
        session.keep_flashes();
    }
}

fn browser() -> Browser {
    let routes = routes![read, before, set, mutate, flash, show, whole, equal, old, keep];
    Browser::new(app(fairing(&clock()), routes))
}

fn signed(browser: &Browser, payload: &str) {
    browser.take_cookie(Forge::new(KEY, "session").sign(payload, NOW));
}

#[test]
fn a_body_that_streams_reads_the_session() {
    let browser = browser();
    signed(&browser, r#"{"n":1,"list":[2,3]}"#);
    let answer = browser.get("/read");
    assert_eq!(answer.body, "Some(1) [2, 3]");
    assert!(answer.errors().is_empty());
}

#[test]
fn a_change_before_the_body_streams_is_kept() {
    let answer = browser().get("/before");
    assert_eq!(answer.body, "Some(1)");
    assert_eq!(answer.issued().payload(), r#"{"n":1}"#);
    assert!(answer.errors().is_empty());
}

#[test]
fn a_change_while_the_body_streams_is_lost_and_an_error_names_its_line() {
    let answer = browser().get("/set");
    assert_eq!((answer.status, answer.body.as_str()), (200, "ab"));
    assert_eq!(answer.set_cookie(), None);
    let errors = answer.errors();
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert!(errors[0].contains(&format!("behaviour/streams.rs:{SET}:")), "{errors:?}");
    assert!(errors[0].contains("lost"), "{errors:?}");
}

#[test]
fn every_kind_of_change_while_the_body_streams_is_an_error() {
    let paths = ["/mut", "/flash"].map(str::to_owned);
    for path in paths.into_iter().chain((0..9).map(|verb| format!("/whole/{verb}"))) {
        let browser = browser();
        signed(&browser, r#"{"n":1}"#);
        let answer = browser.get(&path);
        assert_eq!(answer.status, 200);
        assert_eq!(answer.set_cookie(), None);
        let errors = answer.errors();
        assert_eq!(errors.len(), 1, "{path}: {errors:?}");
        assert!(errors[0].contains("behaviour/streams.rs:"), "{path}: {errors:?}");
    }
}

#[test]
fn messages_shown_while_the_body_streams_are_not_consumed_and_an_error_says_so() {
    let browser = browser();
    signed(&browser, r#"{"_flashes":[["info","hello"]]}"#);
    for _ in 0..2 {
        let answer = browser.get("/show");
        assert_eq!(answer.body, "1");
        assert_eq!(answer.set_cookie(), None);
        assert_eq!(answer.errors().len(), 1);
    }
}

#[test]
fn a_form_shown_while_the_body_streams_is_not_consumed_and_an_error_says_so() {
    let browser = browser();
    signed(&browser, r#"{"_old_input":{"values":{},"errors":{"":["wrong"]}}}"#);
    for _ in 0..2 {
        let answer = browser.get("/old");
        assert_eq!((answer.body.as_str(), answer.set_cookie()), ("wrong", None));
        assert_eq!(answer.errors().len(), 1);
    }
}

#[test]
fn messages_that_were_shown_cannot_be_kept_while_the_body_streams() {
    let browser = browser();
    signed(&browser, r#"{"_flashes":[["info","hello"]]}"#);
    let answer = browser.get("/keep");
    assert_eq!((answer.body.as_str(), answer.errors().len()), ("1", 1));
    assert!(answer.issued().is_removal());
}

#[test]
fn what_changes_nothing_while_the_body_streams_is_no_error() {
    let browser = browser();
    signed(&browser, r#"{"n":1}"#);
    let answer = browser.get("/equal");
    assert_eq!(answer.body, "nothing changed");
    assert!(answer.errors().is_empty(), "{:?}", answer.errors());
}
