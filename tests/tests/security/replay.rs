//! What a cookie session cannot do: forget.

use session_tests::NOW;

use super::{forge, is_accepted, visitor};

const PAYLOAD: &str = r#"{"n":1}"#;

/// The documentation says so: the session is in the cookie, and whoever has a
/// copy has the session until its lifetime is over.
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
