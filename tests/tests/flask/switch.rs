//! The last step of a migration, `format = "signed"` and `accept = ["flask"]`,
//! and the way back.

use rocket::{get, routes};
use session_runtime::prelude::*;
use session_runtime::{Format, SessionFairing};
use session_tests::flask::{payload, sign};
use session_tests::{Browser, KEY, NOW, app, clock, fairing};

use super::types::{self, SESSION};
use super::{SECRET, shared};

#[session(flash(error))]
struct Page;

#[get("/show")]
fn show(session: Session<Page>) -> String {
    let shown = session.flashes();
    shown.iter().map(|flash| format!("{}:{};", flash.category, flash.message)).collect()
}

#[get("/read")]
fn read(session: Session) -> String {
    session.keys().len().to_string()
}

#[get("/lifetime")]
fn lifetime(session: Session) {
    session.set_lifetime(std::time::Duration::from_secs(60));
}

fn browser(fairing: SessionFairing) -> Browser {
    let mut routes = routes![show, read, lifetime];
    routes.extend(types::routes());
    Browser::new(app(fairing, routes))
}

/// Writes the new format, and still reads Flask's.
fn switched() -> SessionFairing {
    fairing(&clock()).accept([Format::Flask]).fallback_keys([SECRET])
}

/// Writes and reads only the new format.
fn done() -> SessionFairing {
    fairing(&clock())
}

#[test]
fn every_type_survives_the_switch() {
    let old = browser(switched());
    old.take_cookie(sign(SECRET, SESSION, NOW));
    assert_eq!(old.get("/check").body, "");
    let new = browser(done());
    new.take_cookie(old.cookie().unwrap());
    let answer = new.get("/check");
    assert_eq!((answer.body.as_str(), answer.set_cookie()), ("", None));
    assert_eq!(answer.warnings(), Vec::<&str>::new());
}

#[test]
fn fields_that_nobody_reads_at_the_switch_survive_it_too() {
    let old = browser(switched());
    old.take_cookie(sign(SECRET, SESSION, NOW));
    assert_eq!(old.get("/read").body, "12");
    let new = browser(done());
    new.take_cookie(old.cookie().unwrap());
    assert_eq!(new.get("/check").body, "");
}

/// The session after the switch.
fn after(session: &str) -> (String, Vec<String>) {
    let browser = browser(switched());
    browser.take_cookie(sign(SECRET, session, NOW));
    let answer = browser.get("/read");
    let warnings = answer.warnings().into_iter().map(str::to_owned).collect();
    (answer.issued().payload(), warnings)
}

#[test]
fn undeclared_values_become_plain_json() {
    let (json, warnings) = after(concat!(
        r#"{"_permanent":true,"a":{" t":[1,{" m":"<b>"}]},"b":{" b":"AQI="},"#,
        r#""c":{" u":"00112233445566778899aabbccddeeff"},"#,
        r#""d":{" d":"Tue, 14 Nov 2023 22:13:20 GMT"},"e":{" di":{" t__":1}},"#,
        r#""f":12345678901234567890123,"g":1.50,"h":"\u00e9\ud800"}"#
    ));
    assert_eq!(
        json,
        concat!(
            r#"{"a":[1,"<b>"],"b":"AQI=","c":"00112233-4455-6677-8899-aabbccddeeff","#,
            r#""d":"2023-11-14T22:13:20Z","e":{" t":1},"f":12345678901234567890123,"g":1.50,"#,
            r#""h":"\u00e9\ud800","_permanent":true}"#
        )
    );
    assert_eq!(warnings, Vec::<String>::new());
}

#[test]
fn what_json_cannot_hold_is_left_out_with_a_warning() {
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    let (json, warnings) =
        after(&format!(r#"{{"deep":{deep},"n":[NaN,1],"ok":1,"half\ud800":2}}"#));
    assert_eq!(json, r#"{"n":[null,1],"ok":1}"#);
    assert_eq!(warnings.len(), 3, "{warnings:?}");
    for words in ["`deep`", "`n`", "not valid Unicode"] {
        assert!(warnings.iter().any(|warning| warning.contains(words)), "{words}: {warnings:?}");
    }
}

#[test]
fn messages_cross_over() {
    let old = browser(switched());
    let session = r#"{"_flashes":[{" t":["error",{" m":"<b>"}]},"none",["message","m"]],"x":1}"#;
    old.take_cookie(sign(SECRET, session, NOW));
    old.get("/read");
    assert_eq!(old.get("/show").body, "error:<b>;message:m;");
    old.take_cookie(sign(SECRET, session, NOW));
    assert_eq!(old.get("/show").body, "error:<b>;message:m;");
}

#[test]
fn a_session_that_was_switched_may_have_a_lifetime() {
    let browser = browser(switched());
    browser.take_cookie(sign(SECRET, r#"{"x":1}"#, NOW));
    assert_eq!(browser.get("/lifetime").issued().stamp().lifetime, Some(60));
}

#[test]
fn the_cookie_keeps_flasks_name_while_it_is_read() {
    let browser = browser(switched().secure(true));
    browser.take_cookie(sign(SECRET, r#"{"x":1}"#, NOW));
    assert_eq!(browser.get("/read").issued().name, "session");
}

#[test]
fn there_is_a_way_back() {
    let own = browser(done());
    own.get("/set");
    let back = browser(shared(&clock()).accept([Format::Signed]).fallback_keys([KEY]));
    back.take_cookie(own.cookie().unwrap());
    assert_eq!(back.get("/check").body, "");
    assert_eq!(payload(&back.cookie().unwrap()), SESSION);
}
