//! It works in every format, in a store, and beside a Flask application.

use rocket::{get, routes};
use session_runtime::prelude::*;
use session_runtime::{AnySession, Format};
use session_tests::faulty::Faulty;
use session_tests::flask::{payload, sign};
use session_tests::{Browser, NOW, app, clock, fairing};

use super::{KEPT, WRONG, send, visitor_of};

const SECRET: &str = "_5#y2L\"F4Q8z-correct horse battery staple";

#[test]
fn it_is_shown_once_in_every_format_and_in_a_store() {
    let cookie = |format| fairing(&clock()).format(format);
    for fairing in [
        cookie(Format::Signed),
        cookie(Format::Encrypted),
        cookie(Format::Flask),
        fairing(&clock()).store(Faulty::default()),
    ] {
        let browser = visitor_of(fairing);
        send(&browser, "/keep", WRONG);
        browser.post("/do/note-n");
        assert_eq!(browser.get("/show").body, KEPT);
        assert_eq!(browser.get("/show").body, "");
        send(&browser, "/keep", WRONG);
        assert_eq!(browser.get("/show").body, KEPT);
        send(&browser, "/keep", WRONG);
        browser.post("/do/clear+note-n");
        assert_eq!(browser.get("/show").body, "");
    }
}

fn with_flask() -> Browser {
    visitor_of(fairing(&clock()).secret_key(SECRET).format(Format::Flask))
}

/// Dicts, lists and strings: Flask's `session` has it under a name that Flask does not
/// use, and writes it again as it was.
#[test]
fn flask_passes_it_through() {
    let browser = with_flask();
    let answer = send(&browser, "/keep", "username=%C3%A9&password=hunter2&+t=tag");
    let kept = concat!(
        r#"{"_old_input":{"errors":{"address":["missing"],"age":["missing"],"#,
        r#""password":["expected at least 8"],"username":["expected at least 3"]},"#,
        r#""values":{" t":["tag"],"username":["\u00e9"]}}}"#
    );
    assert_eq!(payload(&answer.issued().value), kept);
    // Flask writes its keys in another order, and flashes.
    let by_flask = kept.replacen(
        r#"{"_old_input""#,
        r#"{"_flashes":[{" t":["message","m"]}],"_old_input""#,
        1,
    );
    browser.take_cookie(sign(SECRET, &by_flask, NOW));
    assert_eq!(browser.get("/value/username").body, r#"Some("é") ["é"] ["expected at least 3"]"#);
    let rest = payload(&browser.post("/do/flash-f").issued().value);
    assert_eq!(rest, r#"{"_flashes":[{" t":["message","m"]},{" t":["info","f"]}]}"#);
}

#[test]
fn a_field_that_is_named_like_flasks_tag_comes_back() {
    let browser = with_flask();
    let answer = send(&browser, "/keep-without?fields=username", "+t=tag");
    let written = payload(&answer.issued().value);
    assert!(written.contains(r#""values":{" di":{" t__":["tag"]}}"#), "{written}");
    assert!(browser.get("/show").body.contains(r#""values":{" t":["tag"]}"#));
}

/// An application that moves from one format to the other keeps the form as well.
#[test]
fn it_goes_from_one_format_to_the_other() {
    for (from, to) in [(Format::Flask, Format::Signed), (Format::Signed, Format::Flask)] {
        let before = visitor_of(fairing(&clock()).format(from));
        send(&before, "/keep", &format!("{WRONG}&+t=tag"));
        let after = visitor_of(fairing(&clock()).format(to).accept([from]));
        after.take_cookie(before.cookie().unwrap());
        assert_eq!(after.get("/show").body, before.get("/show").body);
    }
}

#[test]
fn a_schemas_own_methods_and_a_session_of_any_schema_have_it() {
    #[session(note: String)]
    pub struct Other;

    impl Other {
        fn username(&self) -> String {
            self.old_input().value("username").unwrap_or_default().to_owned()
        }
    }

    fn errors(session: &AnySession) -> usize {
        session.old_input().errors("username").len()
    }

    #[get("/typed")]
    fn typed(session: Session<Other>, bare: Session) -> String {
        let old = bare.old_input();
        format!("{} {} {:?}", session.username(), errors(&session), old.value("username"))
    }

    let browser = Browser::new(app(fairing(&clock()), routes![typed]));
    let other = visitor_of(fairing(&clock()));
    send(&other, "/keep", WRONG);
    browser.take_cookie(other.cookie().unwrap());
    assert_eq!(browser.get("/typed").body, r#"zo 1 Some("zo")"#);
}
