//! `get_flashed_messages`.

use rocket::http::Status;
use rocket::{get, routes};
use session_runtime::prelude::*;
use session_runtime::templates::{Rendered, Template, context};
use session_template_tests::{ENGINES, browser};
use session_tests::Browser;

#[session(flash(error, success))]
struct Visitor;

#[get("/flash")]
fn flash(session: Session<Visitor>) {
    session.flash_error("a");
    session.flash_success("b");
    session.flash("c");
}

#[get("/script")]
fn script(session: Session<Visitor>) {
    session.flash("<script>alert('x')</script>");
}

#[get("/<engine>?<ask>")]
fn page(engine: &str, ask: Option<&str>, session: Session<Visitor>) -> Rendered {
    session.render(format!("{engine}/page"), context! { ask })
}

#[get("/<engine>/status/<code>")]
fn status(engine: &str, code: u16, session: Session<Visitor>) -> (Status, Rendered) {
    (Status::new(code), session.render(format!("{engine}/page"), context! { ask: "texts" }))
}

#[get("/<engine>/plain")]
fn plain(engine: &str, session: Session<Visitor>) -> Template {
    drop(session);
    Template::render(format!("{engine}/page"), context! { ask: "texts", session: "" })
}

/// The messages were shown by a template that then fails.
#[get("/<engine>/broken")]
fn broken(engine: &str, session: Session<Visitor>) -> Rendered {
    session.render(format!("{engine}/broken"), context! {})
}

#[get("/count")]
fn count(session: Session<Visitor>) -> String {
    session.peek_flashes().len().to_string()
}

fn visit() -> Browser {
    browser(routes![flash, script, page, status, plain, broken, count])
}

/// What the template shows of the messages.
fn shown(browser: &Browser, path: &str) -> String {
    let answer = browser.get(path);
    assert_eq!((answer.status, &answer.errors()[..]), (200, &[][..]), "{answer:#?}");
    let (_, rest) = answer.body.split_once("<main>").expect("the place of messages");
    let (messages, _) = rest.split_once("</main>").expect("its end");
    messages.trim().to_owned()
}

#[test]
fn messages_are_shown_once_and_only_if_the_template_asks() {
    let browser = visit();
    for engine in ENGINES {
        let browser = browser.another();
        browser.get("/flash");
        assert_eq!(shown(&browser, &format!("/{engine}")), "");
        assert_eq!(browser.get("/count").body, "3");

        let answer = browser.get(&format!("/{engine}?ask=pairs"));
        assert!(answer.body.contains("[error: a][success: b][message: c]"), "{answer:#?}");
        // Shown while the response is made, and the cookie knows.
        assert!(answer.issued().is_removal());
        assert_eq!(answer.list("Vary"), ["cookie"]);
        assert_eq!(answer.list("Cache-Control"), ["no-cache", "private"]);

        assert_eq!(shown(&browser, &format!("/{engine}?ask=pairs")), "");
        assert_eq!(browser.get("/count").body, "0");
    }
}

#[test]
fn a_template_may_ask_twice() {
    let browser = visit();
    for engine in ENGINES {
        let browser = browser.another();
        browser.get("/flash");
        assert_eq!(shown(&browser, &format!("/{engine}?ask=twice")), "[a][b][c][a][b][c]");
        assert_eq!(browser.get("/count").body, "0");
    }
}

#[test]
fn a_filter_leaves_the_others_waiting() {
    let browser = visit();
    for engine in ENGINES {
        for (ask, expected, left) in [
            ("texts", "[a][b][c]", "0"),
            ("empty", "[a][b][c]", "0"),
            ("list", "[a][c]", "1"),
            ("text", "[a]", "2"),
        ] {
            let browser = browser.another();
            browser.get("/flash");
            assert_eq!(shown(&browser, &format!("/{engine}?ask={ask}")), expected);
            assert_eq!(browser.get("/count").body, left, "{engine} {ask}");
        }
    }
    // Tera has no arguments without names.
    for engine in ["j2", "hbs"] {
        let browser = browser.another();
        browser.get("/flash");
        assert_eq!(shown(&browser, &format!("/{engine}?ask=positional")), "[error: a]");
    }
}

#[test]
fn what_the_template_writes_is_escaped() {
    let browser = visit();
    for engine in ENGINES {
        for ask in ["texts", "pairs"] {
            let browser = browser.another();
            browser.get("/script");
            let shown = shown(&browser, &format!("/{engine}?ask={ask}"));
            assert!(shown.contains("&lt;script&gt;alert("), "{shown}");
            assert!(!shown.contains("<script>"), "{shown}");
        }
    }
}

#[test]
fn what_nobody_reads_goes_on_waiting() {
    let browser = visit();
    for engine in ENGINES {
        let browser = browser.another();
        browser.get("/flash");
        assert_eq!(browser.get(&format!("/{engine}/status/500")).status, 500);
        browser.head(&format!("/{engine}?ask=texts"));
        let answer = browser.get(&format!("/{engine}/broken"));
        assert_eq!(answer.status, 500);
        assert_eq!(browser.get("/count").body, "3");

        assert_eq!(browser.get(&format!("/{engine}/status/404")).status, 404);
        assert_eq!(browser.get("/count").body, "0");
    }
}

#[test]
fn a_mistake_in_the_arguments_is_a_500_and_shows_nothing() {
    let browser = visit();
    for engine in ENGINES {
        let browser = browser.another();
        browser.get("/flash");
        for (ask, reason) in [
            (
                "misspelled",
                "`get_flashed_messages` has no argument `categories`: it takes \
              `with_categories`, `category_filter`",
            ),
            ("wrong", "`category_filter` must be a category or a list of them"),
            ("wrong-pairs", "`with_categories` must be true or false"),
            ("too-many", "`get_flashed_messages` has too many arguments: it takes `"),
            ("no-field", "`old` needs the name of a field: `old(\"name\")`"),
        ] {
            // Tera has no arguments without names.
            if (engine, ask) == ("tera", "too-many") {
                continue;
            }
            let answer = browser.get(&format!("/{engine}?ask={ask}"));
            assert_eq!(answer.status, 500);
            let is_said = answer.log.iter().any(|line| line.text.contains(reason));
            assert!(is_said, "{answer:#?}");
        }
        assert_eq!(browser.get("/count").body, "3");
    }
}

#[test]
fn a_template_of_nobody_shows_nothing_and_the_log_says_why() {
    let browser = visit();
    for engine in ENGINES {
        let browser = browser.another();
        browser.get("/flash");
        let answer = browser.get(&format!("/{engine}/plain"));
        assert_eq!(answer.status, 200);
        assert!(answer.body.contains("<main>") && !answer.body.contains('['), "{answer:#?}");
        let [error] = answer.errors()[..] else { panic!("{answer:#?}") };
        assert!(error.contains("`get_flashed_messages`"), "{error}");
        assert!(error.contains("Type `session.render(\"…\", context)`"), "{error}");
        assert_eq!(browser.get("/count").body, "3");
    }
}
