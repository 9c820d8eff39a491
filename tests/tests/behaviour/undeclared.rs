//! Fields that no handler declares are kept byte for byte.

use rocket::{get, routes};
use session_runtime::prelude::*;
use session_tests::{Browser, DAY, Forge, KEY, NOW, app, at, fairing};

#[session(n: u32)]
struct Fields;

#[get("/set/<n>")]
fn set(session: Session<Fields>, n: u32) -> String {
    session.set_n(n);
    n.to_string()
}

#[get("/take")]
fn take(session: Session<Fields>) -> String {
    format!("{:?}", session.take_n())
}

#[get("/flash")]
fn flash(session: Session<Fields>) -> &'static str {
    session.flash("hello");
    "flashed"
}

#[get("/read")]
fn read(session: Session<Fields>) -> String {
    format!("{:?}", session.n())
}

fn browser() -> Browser {
    Browser::new(app(fairing(&at(NOW)), routes![set, take, flash, read]))
}

/// Details that decoding and encoding again would lose: order, white space,
/// escapes, spellings of numbers, and repeated keys further inside.
const OTHERS: [&str; 6] = [
    r#""z":{"b":1 , "a":2}"#,
    r#""float":[1.0,1.00,1e2,-0,123456789012345678901234567890]"#,
    r#""text":"\u0041\/\ud83d\ude00é""#,
    r#""k\u0065y":null"#,
    r#""tagged":{" d":"Tue, 14 Nov 2023 22:13:20 GMT"}"#,
    r#""a":[ [ ] , { } ]"#,
];

#[test]
fn undeclared_fields_are_kept_byte_for_byte() {
    let others = OTHERS.join(",");
    let payload = format!(r#"{{{},"n":1,{}}}"#, OTHERS[..3].join(","), OTHERS[3..].join(","));
    let browser = browser();
    browser.take_cookie(Forge::new(KEY, "session").sign(&payload, NOW));
    let changed = browser.get("/set/22").issued().payload();
    assert_eq!(changed, payload.replace(r#""n":1"#, r#""n":22"#));
    assert_eq!(browser.get("/take").issued().payload(), format!("{{{others}}}"));
    let with_flash = format!(r#"{{{others},"_flashes":[["message","hello"]]}}"#);
    assert_eq!(browser.get("/flash").issued().payload(), with_flash);
}

#[test]
fn a_refresh_keeps_them_too() {
    let payload = format!("{{{}}}", OTHERS.join(","));
    let browser = browser();
    browser.take_cookie(Forge::new(KEY, "session").sign(&payload, NOW - 20 * DAY));
    assert_eq!(browser.get("/read").issued().payload(), payload);
}

#[test]
fn many_changes_do_not_alter_them() {
    let payload = format!(r#"{{{},"n":0}}"#, OTHERS.join(","));
    let browser = browser();
    browser.take_cookie(Forge::new(KEY, "session").sign(&payload, NOW));
    for n in 1..=20 {
        let now = browser.get(&format!("/set/{n}")).issued().payload();
        assert_eq!(now, payload.replace(r#""n":0"#, &format!(r#""n":{n}"#)));
    }
}
