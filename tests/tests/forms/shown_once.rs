//! It is shown once, and not lost until then.

use super::{KEPT, WRONG, send, sent_wrong, visitor};

#[test]
fn it_is_shown_once() {
    let browser = sent_wrong();
    let answer = browser.get("/show");
    assert_eq!(answer.body, KEPT);
    assert!(answer.issued().is_removal());
    assert_eq!(browser.get("/show").body, "");
}

#[test]
fn it_waits_until_a_page_asks() {
    let browser = sent_wrong();
    for n in 0..3 {
        browser.post(&format!("/do/note-{n}+flash-{n}"));
    }
    assert_eq!(browser.get("/show").body, KEPT);
}

#[test]
fn a_redirect_or_an_error_that_keeps_it_does_not_lose_it() {
    for status in [200, 303, 422, 500] {
        let browser = visitor();
        send(&browser, &format!("/keep?status={status}"), WRONG);
        assert_eq!(browser.get("/show").body, KEPT, "{status}");
    }
}

#[test]
fn an_answer_that_nobody_reads_does_not_consume_it() {
    let browser = sent_wrong();
    for status in [500, 502, 503, 304] {
        let answer = browser.get(&format!("/show?status={status}"));
        assert_eq!((answer.status, answer.set_cookie()), (status, None));
    }
    assert_eq!(browser.head("/show").set_cookie(), None);
    assert_eq!(browser.get("/show").body, KEPT);
}

#[test]
fn every_other_answer_consumes_it() {
    for status in [200, 201, 303, 400, 401, 404, 499] {
        let browser = sent_wrong();
        browser.get(&format!("/show?status={status}"));
        assert_eq!(browser.get("/show").body, "", "{status}");
    }
}

#[test]
fn in_the_request_that_keeps_it_a_page_can_show_it() {
    let browser = visitor();
    let answer = send(&browser, "/at-once", WRONG);
    assert_eq!(answer.body, format!("{KEPT}\n{KEPT}"));
    assert_eq!(answer.set_cookie(), None);
    // What an earlier request had kept is replaced.
    let browser = sent_wrong();
    assert!(send(&browser, "/at-once", "username=max").issued().is_removal());
    assert_eq!(browser.get("/show").body, "");
}

#[test]
fn what_is_kept_after_one_was_shown_waits() {
    let browser = sent_wrong();
    assert_eq!(send(&browser, "/after", "username=max").body, format!("{KEPT}\n{KEPT}"));
    let shown = browser.get("/show").body;
    assert!(shown.contains(r#"["max"]"#), "{shown}");
    assert_eq!(browser.get("/show").body, "");
}

#[test]
fn clear_takes_it_away_and_what_is_kept_afterwards_stays() {
    let browser = sent_wrong();
    assert!(browser.post("/do/clear").issued().is_removal());
    assert_eq!(browser.get("/show").body, "");
    let browser = visitor();
    assert_eq!(browser.post("/do/keep-a+clear").set_cookie(), None);
    browser.post("/do/keep-a+clear+keep-b");
    assert_eq!(browser.post("/do/show").body, "b");
}

#[test]
fn it_survives_a_renewal() {
    let browser = sent_wrong();
    browser.post("/do/renew+login-zoe");
    assert_eq!(browser.get("/show").body, KEPT);
}

#[test]
fn it_is_beside_fields_and_messages() {
    let browser = visitor();
    let payload = browser.post("/do/note-n+flash-f+keep-wrong").issued().payload();
    assert_eq!(
        payload,
        r#"{"note":"n","_flashes":[["info","f"]],"_old_input":{"values":{},"errors":{"":["wrong"]}}}"#
    );
    let payload = browser.post("/do/show").issued().payload();
    assert_eq!(payload, r#"{"note":"n","_flashes":[["info","f"]]}"#);
}
