//! What is kept, and how a page finds it.

use session_tests::{Browser, Forge, KEY, NOW, clock, fairing};

use super::{KEPT, WRONG, send, sent_wrong, visitor};

#[test]
fn a_wrong_form_comes_back_with_its_values_and_what_was_wrong() {
    let browser = sent_wrong();
    assert_eq!(browser.get("/show").body, KEPT);
}

#[test]
fn a_page_asks_for_a_field_as_the_form_names_it() {
    for (field, found) in [
        ("username", r#"Some("zo") ["zo"] ["expected at least 3"]"#),
        ("tags", r#"Some("tea") ["tea", "café"] []"#),
        ("address.city", r#"Some("U") ["U"] ["Which city?"]"#),
        ("address[city]", r#"Some("U") ["U"] ["Which city?"]"#),
        ("address", "None [] []"),
        ("Username", "None [] []"),
        ("nothing", "None [] []"),
    ] {
        assert_eq!(sent_wrong().get(&format!("/value/{field}")).body, found, "{field}");
    }
}

#[test]
fn what_is_wrong_with_a_whole_is_wrong_with_its_parts() {
    let browser = visitor();
    send(&browser, "/keep", "username=zoe&password=hunter2222&age=7&tags=tea");
    assert_eq!(browser.get("/value/address.city").body, r#"None [] ["missing"]"#);
}

#[test]
fn an_empty_value_is_a_value() {
    let browser = visitor();
    send(&browser, "/keep", "username=");
    assert!(browser.get("/value/username").body.starts_with(r#"Some("") [""]"#));
}

#[test]
fn nothing_was_kept_and_nothing_is_written() {
    let browser = visitor();
    let answer = browser.get("/value/username");
    assert_eq!((answer.body.as_str(), answer.set_cookie()), ("None [] []", None));
    assert_eq!(browser.get("/show").body, "");
}

#[test]
fn a_later_input_replaces_an_earlier_one() {
    let browser = sent_wrong();
    send(&browser, "/keep", "username=max");
    let shown = browser.get("/show").body;
    assert!(shown.contains(r#""values":{"username":["max"]}"#), "{shown}");
    assert_eq!(browser.get("/show").body, "");
}

/// It is the runtime's own: no handler reads it by its stored name, or declares it.
#[test]
fn it_is_no_field() {
    let browser = sent_wrong();
    assert_eq!(browser.post("/do/say").body, "[] false");
    assert_eq!(browser.get("/show").body, KEPT);
    assert_eq!(browser.post("/do/say").body, "[] true");
}

#[test]
fn it_says_nothing_of_the_visitors_in_debug() {
    let shown = sent_wrong().post("/do/debug").body;
    let values = r#"["address.city", "age", "tags", "username"]"#;
    let errors = r#"["address.city", "age", "password", "username"]"#;
    assert_eq!(shown, format!("OldInput {{ values: {values}, errors: {errors} }}"));
}

#[test]
fn a_cookie_that_holds_something_else_does_no_harm() {
    for odd in ["7", "null", "[]", r#""text""#, r#"{"values":7}"#, r#"{"values":{"a":"b"}}"#] {
        let browser = visitor();
        let payload = format!(r#"{{"_old_input":{odd},"note":"n"}}"#);
        browser.take_cookie(Forge::new(KEY, "session").sign(payload, NOW));
        let answer = browser.get("/show");
        assert_eq!((answer.status, answer.body.as_str()), (200, ""), "{odd}");
        assert!(answer.warnings()[0].contains("`_old_input`"), "{odd}: {:?}", answer.log);
        assert_eq!(browser.post("/do/say").body, r#"["note"] false"#);
    }
}

#[test]
fn its_name_may_be_escaped_and_comes_once() {
    let kept = r#"{"values":{"a":["b"]},"errors":{}}"#;
    let browser = visitor();
    let forge = Forge::new(KEY, "session");
    browser.take_cookie(forge.sign(format!(r#"{{"_old\u005finput":{kept},"note":"n"}}"#), NOW));
    let payload = browser.post("/do/note-x").issued().payload();
    assert_eq!(payload, format!(r#"{{"note":"x","_old_input":{kept}}}"#));
    assert_eq!(browser.get("/show").body, kept);
    let twice = format!(r#"{{"_old_input":{kept},"_old\u005finput":{kept},"note":"n"}}"#);
    browser.take_cookie(forge.sign(twice, NOW));
    assert_eq!(browser.post("/do/say").body, "[] true");
}

#[test]
fn another_visitor_does_not_see_it() {
    let browser = Browser::new(super::application(fairing(&clock())));
    send(&browser, "/keep", WRONG);
    assert_eq!(browser.another().get("/show").body, "");
}
