//! The identifier: random, renewed, revoked, and never adopted.

use session_tests::faulty::Faulty;

use super::visitor;

#[test]
fn the_cookie_carries_an_identifier_and_nothing_of_the_session() {
    let store = Faulty::default();
    let browser = visitor(&store);
    let answer = browser.post("/login/zoe");
    let payload = answer.issued().payload();
    assert_eq!(payload.len(), 43, "{payload}");
    assert!(!payload.contains("zoe"));
    assert_eq!(answer.issued().stamp().flags & 2, 2);
    assert_eq!(browser.get("/").body, "zoe 0");
    assert_eq!(store.calls(), ["prepare", "create", "load"]);
}

#[test]
fn a_renewed_session_keeps_its_data_and_the_old_identifier_is_dead() {
    let store = Faulty::default();
    let browser = visitor(&store);
    browser.post("/visit");
    let old = browser.cookie().unwrap();
    browser.post("/renew");
    assert_ne!(browser.cookie().unwrap(), old);
    assert_eq!(browser.get("/").body, "nobody 1");
    assert_eq!(browser.another().take_cookie(old).get("/").body, "nobody 0");
}

#[test]
fn the_owner_set_renews_the_identifier() {
    let store = Faulty::default();
    let browser = visitor(&store);
    browser.post("/visit");
    let old = browser.cookie().unwrap();
    browser.post("/login/zoe");
    assert_ne!(browser.cookie().unwrap(), old);
    assert_eq!(browser.another().take_cookie(old).get("/").body, "nobody 0");
    assert_eq!(browser.get("/").body, "zoe 1");
}
