//! Undeclared fields keep their bytes through any number of writes.

use rocket::{get, routes};
use session_runtime::prelude::*;
use session_tests::NOW;
use session_tests::flask::{payload, sign};

use super::SECRET;

#[session(n: u32)]
struct Fields;

#[get("/set/<n>")]
fn set(session: Session<Fields>, n: u32) {
    session.set_n(n);
}

#[get("/flash")]
fn flash(session: Session<Fields>) {
    session.flash("hello");
}

fn deep(levels: usize) -> String {
    format!("{}1{}", "[".repeat(levels), "]".repeat(levels))
}

#[test]
fn other_fields_keep_their_bytes_through_any_number_of_writes() {
    let browser = super::browser(routes![set, flash]);
    let others = [
        format!(r#""big":{}"#, "7".repeat(400)),
        format!(r#""deep":{}"#, deep(491)),
        r#""half\ud800":"\udfff""#.into(),
        r#""inf":[-Infinity,Infinity,NaN]"#.into(),
        r#""odd":{"z":1,  "a":2,"a":3}"#.into(),
        r#""own":{" x":"a tag of the application's own"}"#.into(),
    ];
    let before = format!("{{{}}}", others.join(","));
    browser.take_cookie(sign(SECRET, &before, NOW));
    for n in 0..20 {
        let written = payload(&browser.get(&format!("/set/{n}")).issued().value);
        let at = written.find(&format!(r#""n":{n},"#)).unwrap();
        let without = written.replacen(&written[at..][..format!(r#""n":{n},"#).len()], "", 1);
        assert_eq!(without, before);
    }
    let flashed = payload(&browser.get("/flash").issued().value);
    assert!(others.iter().all(|other| flashed.contains(other.as_str())), "{flashed}");
}
