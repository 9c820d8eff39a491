//! How much is kept, and what visitors may send.

use std::time::{Duration, Instant};

use rocket::{get, routes};
use session_runtime::prelude::*;
use session_runtime::{Format, SessionFairing};
use session_tests::faulty::{Faulty, key_of};
use session_tests::{Browser, SetCookie, app, clock, fairing, flask};

use super::{send, sent_wrong, visitor, visitor_of};

/// The text that a cookie has of the form.
fn text(cookie: &SetCookie) -> String {
    let payload = cookie.payload();
    payload[r#"{"_old_input":"#.len()..payload.len() - 1].to_owned()
}

#[test]
fn a_kilobyte_is_kept_and_what_does_not_fit_is_left_out_whole() {
    let browser = visitor();
    let long = "a".repeat(700);
    let answer = send(&browser, "/keep", &format!("username=zo&one={long}&two={long}&three=3"));
    let kept = text(&answer.issued());
    assert!((700..=1024).contains(&kept.len()), "{}", kept.len());
    let said = answer.debugs().concat();
    assert!(said.contains("1024") && said.contains("1 of its") && said.contains("`two`"), "{said}");
    let shown = browser.get("/show").body;
    assert!(shown.contains(&format!(r#""one":["{long}"],"three":["3"],"username""#)), "{shown}");
    assert!(!shown.contains("two"), "{shown}");
}

#[test]
fn a_form_that_fits_says_nothing_of_it() {
    let answer = send(&visitor(), "/keep", super::WRONG);
    assert!(!answer.debugs().concat().contains("1024"), "{:?}", answer.debugs());
}

#[test]
fn messages_are_kept_before_values() {
    let browser = visitor();
    let fields: String = (0..100).map(|n| format!("f{n}={}&", "v".repeat(50))).collect();
    send(&browser, "/keep", &format!("{fields}username=zo&age=x"));
    let shown = browser.get("/show").body;
    for message in ["expected at least 3", "invalid integer", "missing"] {
        assert!(shown.contains(message), "{shown}");
    }
    assert!(shown.contains(r#""f0":["vvv"#) && !shown.contains("f99"), "{shown}");
}

#[test]
fn of_a_field_with_many_values_all_are_kept_or_none() {
    let browser = visitor();
    let tags: String = (0..300).map(|n| format!("tags=t{n}&")).collect();
    send(&browser, "/keep", &format!("{tags}username=zo"));
    assert_eq!(browser.get("/value/tags").body, "None [] []");
}

#[test]
fn the_most_hostile_form_is_kept_within_a_kilobyte() {
    let giant = "n".repeat(20_000);
    let many: String = (0..3000).map(|n| format!("{n}=&")).collect();
    let pairs: String = (0..2000).map(|n| format!("a[{n}].b=%00&")).collect();
    let forms = [
        format!("{giant}=1&username=zo"),
        format!("username={giant}"),
        format!("username={}", "%01".repeat(5000)),
        format!("username={}", "%22".repeat(5000)),
        format!("username={}", "%F0%9F%AB%96".repeat(2500)),
        format!("%01%02%1b[2J%0d%0a={}", "%01".repeat(100)),
        format!("{}=1", "%22".repeat(900)),
        many,
        pairs,
        "=&=&[]=1&.=2&[=3&]=4&a.=5&.a=6&a..b=7".into(),
        "+t=tag&__proto__=1&constructor=2".into(),
        "%ff=1&username=%ff%fe".into(),
        "&&&===&%&%4&%zz=%zz".into(),
    ];
    for form in &forms {
        for format in [Format::Signed, Format::Encrypted, Format::Flask] {
            let browser = visitor_of(fairing(&clock()).format(format));
            let answer = send(&browser, "/keep", form);
            let start = &form[..form.len().min(40)];
            assert_eq!(answer.status, 303, "{start}");
            assert!(answer.warnings().is_empty(), "{start}: {:?}", answer.warnings());
            let said = answer.debugs().concat();
            assert!(!said.contains(char::is_control) && said.len() < 600, "{start}: {said}");
            let cookie = answer.issued();
            let kept = match format {
                Format::Signed => cookie.payload(),
                Format::Flask => flask::payload(&cookie.value),
                _ => String::new(),
            };
            assert!(kept.len() <= 1024 + r#"{"_old_input":}"#.len(), "{start}: {}", kept.len());
            // A kilobyte, in base64, and what is around it.
            assert!(cookie.value.len() < 1550, "{start}: {}", cookie.value.len());
            let shown = browser.get("/show");
            assert_eq!(shown.status, 200, "{start}");
            assert!(shown.warnings().is_empty(), "{start}: {:?}", shown.warnings());
            assert_ne!(shown.body, "", "{start}");
        }
    }
}

/// Each message is compared with each password, so a form of a megabyte could keep a
/// thread busy for minutes. Now it takes about a second, most of it in Rocket.
#[test]
fn thousands_of_wrong_values_and_passwords_take_no_time() {
    let part = |name: &str, value: &str| {
        format!("--b\r\nContent-Disposition: form-data; name={name}\r\n\r\n{value}\r\n")
    };
    let wrong = part("numbers", "x").repeat(12_000);
    let pins: String = (0..12_000).map(|n| part("pin", &format!("{n:05}"))).collect();
    let browser = visitor();
    let start = Instant::now();
    let form = "multipart/form-data; boundary=b";
    let answer = browser.post_body("/keep-order", form, &format!("{wrong}{pins}--b--\r\n"));
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
    assert!(answer.issued().payload().contains("invalid integer"));
}

#[test]
fn control_characters_come_back_as_they_were_typed() {
    let browser = visitor();
    send(&browser, "/keep", "username=%00%0d%0a%1b%7f%22%5c");
    let old = browser.get("/value/username").body;
    assert!(old.starts_with(r#"Some("\0\r\n\u{1b}\u{7f}\"\\")"#), "{old}");
}

#[session(note: String, flash(info))]
struct Full;

/// Fills the session, so that the cookie has no room for a form.
#[get("/fill/<bytes>")]
fn fill(session: Session<Full>, bytes: usize) {
    session.set_note("n".repeat(bytes));
    session.flash_info("a message");
}

fn nearly_full(fairing: SessionFairing, bytes: usize) -> Browser {
    let rocket = super::application(fairing).mount("/", routes![fill]);
    let browser = Browser::new(rocket);
    assert_eq!(browser.get(&format!("/fill/{bytes}")).status, 200);
    browser
}

#[test]
fn a_form_that_makes_the_cookie_too_large_is_dropped_and_nothing_else() {
    let browser = nearly_full(fairing(&clock()), 2850);
    let answer = send(&browser, "/keep", super::WRONG);
    assert_eq!(answer.status, 303);
    let warnings = answer.warnings();
    assert!(warnings.len() == 1 && warnings[0].contains("typed into a form"), "{warnings:?}");
    assert_eq!(browser.get("/show").body, "");
    assert!(browser.post("/do/say").body.starts_with(r#"["note"]"#));
    assert!(browser.post("/do/note-short").issued().payload().contains("a message"));
}

#[test]
fn a_form_that_waits_does_not_keep_others_from_writing() {
    let browser = sent_wrong();
    let path = format!("/do/note-{}", "n".repeat(2850));
    let answer = browser.post(&path);
    assert_eq!((answer.status, answer.warnings().len()), (200, 1));
    assert_eq!(browser.get("/show").body, "");
    assert_eq!(browser.post("/do/say").body, r#"["note"] false"#);
}

#[test]
fn a_form_that_makes_a_stored_session_too_large_is_dropped() {
    let store = Faulty::default();
    let fairing = fairing(&clock()).store(store.clone()).max_session_size(1000);
    let browser = nearly_full(fairing, 800);
    let answer = send(&browser, "/keep", super::WRONG);
    assert_eq!((answer.status, answer.warnings().len()), (303, 1));
    let row = store.row(&key_of(&browser.cookie().unwrap())).unwrap();
    assert!(!row.fields.keys().any(|name| name.starts_with("_old_input")), "{:?}", row.fields);
    assert_eq!(browser.get("/show").body, "");
}

/// A visitor who sends the form again and again has one input in the session.
#[test]
fn forms_do_not_add_up() {
    let store = Faulty::default();
    let rows = || store.keys().into_iter().filter_map(|key| store.row(&key)).collect::<Vec<_>>();
    for browser in [visitor(), visitor_of(fairing(&clock()).store(store.clone()))] {
        for _ in 0..20 {
            send(&browser, "/keep", &format!("username={}", "z".repeat(800)));
        }
        assert!(rows().iter().all(|row| row.fields.len() == 1));
        let shown = browser.get("/show").body;
        assert!((800..1024).contains(&shown.len()), "{}", shown.len());
        assert_eq!(browser.get("/show").body, "");
    }
    assert!(!rows().is_empty() && rows().iter().all(|row| row.fields.is_empty()));
}

#[test]
fn a_name_that_no_schema_may_declare_is_refused_in_the_untyped_session_too() {
    #[get("/set/<name>")]
    fn set(session: Session, name: &str) {
        session.set(name, 1);
    }
    for name in ["_old_input", "_old_input.1"] {
        let browser = Browser::new(app(fairing(&clock()), routes![set]));
        let answer = browser.get(&format!("/set/{name}"));
        assert_eq!(answer.status, 500);
        assert!(answer.errors()[0].contains("the runtime's own"), "{:?}", answer.errors());
    }
}
