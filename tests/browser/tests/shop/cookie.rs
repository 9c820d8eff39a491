//! A cookie that its visitor has edited.

use super::support::Shop;

#[test]
fn an_edited_cookie_is_that_of_a_stranger() {
    let Some(shop) = Shop::open() else { return };
    let browser = shop.browser();
    browser.sign_in("Ann");
    let cookie = browser.cookie().expect("a session");
    assert_eq!(browser.script("return document.cookie"), "", "a script sees the cookie");

    // Another letter in the middle of the payload, and one in the signature.
    let payload = cookie.find('.').expect("a payload") / 2;
    for place in [payload, cookie.len() - 5] {
        let other = if cookie.as_bytes()[place] == b'A' { "B" } else { "A" };
        let mut edited = cookie.clone();
        edited.replace_range(place..=place, other);
        browser.set_cookie(&edited);
        browser.open("/cookie");
        browser.shows("The shop did not accept this cookie");
        browser.open("/");
        browser.shows("Six teas, no fuss.");
        browser.hides("Ann");
        browser.set_cookie(&edited);
        browser.open("/members");
        browser.shows("Please sign in first.");
    }

    // The one that the shop gave is still good.
    browser.set_cookie(&cookie);
    browser.open("/members");
    browser.shows("The back room, Ann");
}
