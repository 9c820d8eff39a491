//! A session in a cookie can be replayed.

use session_tests::{DAY, NOW, at, fairing};

use super::{forge, is_accepted, visitor, visitor_of};

const PAYLOAD: &str = r#"{"n":1}"#;

/// As documented: the session is in the cookie, so anybody with a copy has the
/// session until it expires.
#[test]
fn line_26_a_cookie_session_can_be_replayed_after_logout() {
    let stolen = forge().sign(PAYLOAD, NOW);
    let browser = visitor();
    let victim = browser.another();
    victim.take_cookie(&stolen);
    assert_eq!(victim.get("/read").body, "1");
    victim.get("/logout");
    assert_eq!(victim.get("/read").body, "none");
    is_accepted(&browser, &stolen);
}

/// As documented: an answer that only refreshes the cookie contains the whole
/// session as it was when the request came.
#[test]
fn line_54_a_slow_read_can_bring_back_what_a_sign_out_removed() {
    let browser = visitor_of(fairing(&at(NOW + 20 * DAY)));
    browser.take_cookie(forge().sign(PAYLOAD, NOW));
    // One request reads and answers slowly; the other one signs out.
    let slow = browser.another();
    slow.take_cookie(browser.cookie().unwrap());
    let refresh = slow.get("/read").issued();
    browser.get("/logout");
    assert_eq!((browser.cookie(), browser.get("/read").body), (None, "none".into()));
    // The slow answer arrives last, and the browser keeps its cookie.
    browser.take_cookie(refresh.value);
    assert_eq!(browser.get("/read").body, "1");
}

/// Without refreshes, the answer to a read has no cookie.
#[test]
fn line_54_with_refresh_never_a_read_brings_nothing_back() {
    use session_runtime::Refresh;
    let browser = visitor_of(fairing(&at(NOW + 20 * DAY)).refresh(Refresh::Never));
    browser.take_cookie(forge().sign(PAYLOAD, NOW));
    assert_eq!(browser.get("/read").set_cookie(), None);
}
