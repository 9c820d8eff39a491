//! `old` and `errors`.

use rocket::form::{Contextual, Error, Form};
use rocket::{FromForm, get, post, routes};
use session_runtime::prelude::*;
use session_runtime::templates::{Rendered, context};
use session_template_tests::{ENGINES, browser};
use session_tests::Browser;

const FORM: &str = "application/x-www-form-urlencoded";

#[derive(FromForm)]
#[allow(dead_code, reason = "it is never right")]
struct SignUp<'r> {
    #[field(validate = len(3..).or_else(msg!("<b>too short</b>")))]
    username: &'r str,
    password: &'r str,
    #[field(name = "box")]
    checked: bool,
}

#[post("/", data = "<form>")]
fn send(session: Session, mut form: Form<Contextual<'_, SignUp<'_>>>) {
    form.context.push_error(Error::validation("as a whole"));
    session.keep_input(&form.context);
}

#[get("/<engine>/form")]
fn show(engine: &str, session: Session) -> Rendered {
    session.render(format!("{engine}/form"), ())
}

#[get("/<engine>/page")]
fn other(engine: &str, session: Session) -> Rendered {
    session.render(format!("{engine}/page"), context! { ask: "texts" })
}

fn shown(browser: &Browser, path: &str) -> Vec<String> {
    let answer = browser.get(path);
    assert_eq!((answer.status, &answer.errors()[..]), (200, &[][..]), "{answer:#?}");
    let lines = answer.body.lines().filter_map(|line| line.strip_prefix("<p>"));
    lines.map(|line| line.trim_end_matches(";</p>").to_owned()).collect()
}

#[test]
fn a_form_comes_back_once_with_what_was_wrong() {
    let browser = browser(routes![send, show, other]);
    for engine in ENGINES {
        let browser = browser.another();
        let (form, page) = (format!("/{engine}/form"), format!("/{engine}/page"));
        let nothing = ["value=", "or=ann", "errors=", "form=", "box=", "secret="];
        assert_eq!(shown(&browser, &form), nothing);

        browser.post_body("/", FORM, "username=%22%3C&password=hunter2&box=on");
        // A page without the form leaves it waiting.
        shown(&browser, &page);
        let quoted = shown(&browser, &form);
        assert!(quoted[0].starts_with("value=&quot;&lt;"), "{quoted:?}");
        assert!(quoted[2].starts_with("errors=[&lt;b&gt;too short&lt;"), "{quoted:?}");
        assert_eq!(quoted[3..], ["form=[as a whole]", "box=checked", "secret="]);
        assert_eq!(shown(&browser, &form), nothing);

        // What was typed comes first, also if that is nothing.
        browser.post_body("/", FORM, "username=&password=x");
        assert_eq!(shown(&browser, &form)[..2], ["value=", "or="]);
    }
}
