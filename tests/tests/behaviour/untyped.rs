//! The untyped session: Flask's verbs, for the application's fields only.

use rocket::{get, routes};
use session_runtime::prelude::*;
use session_tests::{Browser, Forge, KEY, NOW, app, clock, fairing};

#[get("/verbs")]
fn verbs(session: Session) -> String {
    session.set("n", 1);
    session.set("list", vec![1, 2]);
    let mut keys = session.keys();
    keys.sort();
    let taken = session.take::<u32>("n");
    session.remove("nothing");
    let wrong = session.get::<String>("list");
    format!("{keys:?} {taken:?} {} {} {wrong:?}", session.contains("n"), session.contains("list"))
}

#[get("/own")]
fn own(session: Session) -> String {
    let keys = session.keys();
    let flashes =
        session.contains("_flashes") || session.get::<Vec<(String, String)>>("_flashes").is_some();
    let permanent = session.contains("_permanent") || session.get::<bool>("_permanent").is_some();
    session.remove("_flashes");
    session.remove("_permanent");
    format!("{keys:?} {flashes} {permanent}")
}

#[get("/write-own/<key>")]
fn write_own(session: Session, key: &str) -> &'static str {
    session.set(key, true);
    "good"
}

fn browser() -> Browser {
    Browser::new(app(fairing(&clock()), routes![verbs, own, write_own]))
}

#[test]
fn the_verbs_do_what_flasks_do() {
    let answer = browser().get("/verbs");
    assert_eq!(answer.body, r#"["list", "n"] Some(1) false true None"#);
    assert_eq!(answer.issued().payload(), r#"{"list":[1,2]}"#);
}

#[test]
fn the_runtimes_own_fields_are_not_shown() {
    let browser = browser();
    let payload = r#"{"n":1,"_flashes":[["message","hi"]],"_permanent":true}"#;
    browser.take_cookie(Forge::new(KEY, "session").sign(payload, NOW));
    let answer = browser.get("/own");
    assert_eq!(answer.body, r#"["n"] false false"#);
    assert_eq!(answer.set_cookie(), None);
}

#[test]
fn the_runtimes_own_fields_cannot_be_written() {
    for key in ["_flashes", "_permanent"] {
        let answer = browser().get(&format!("/write-own/{key}"));
        assert_eq!((answer.status, answer.set_cookie()), (500, None));
        let errors = answer.errors();
        assert!(errors[0].contains(&format!("`{key}`")), "{errors:?}");
        assert!(errors[0].contains("behaviour/untyped.rs:"), "{errors:?}");
    }
}
