use rocket::http::{Cookie, Status};

use super::{Answer, Browser};

#[test]
fn there_is_no_cookie_before_there_is_something_to_remember() {
    let page = Browser::new().get("/cookie");
    page.shows("Your browser sent no cookie");
    assert_eq!(page.set_cookie, None);
}

#[test]
fn the_page_shows_what_the_browser_sent_and_its_size() {
    let browser = Browser::new();
    browser.sign_in("Ann");
    browser.get("/");
    let size = "session".len() + browser.session().unwrap().len();
    let page = browser.get("/cookie");
    page.shows("&quot;username&quot;: &quot;Ann&quot;");
    page.shows("&quot;visits&quot;: 1");
    page.shows(&format!("value=\"{size}\""));
    page.shows(&format!("{size} of 4096 bytes."));
    page.shows("You can read it, but you cannot change it.");
    page.shows("Session begun");
    page.hides("did not accept");
}

#[test]
fn a_changed_cookie_is_shown_and_refused() {
    let browser = Browser::new();
    browser.post("/sign-in", "username=Ann");
    let sent = |value: String| -> Answer {
        browser.0.get("/cookie").cookie(Cookie::new("session", value)).dispatch().into()
    };
    let value = browser.session().unwrap();
    sent(value.clone()).hides("did not accept");
    for value in [format!("{value}A"), "junk".into(), "..".into(), "a.b.c.d".into(), "é".into()] {
        let page = sent(value);
        assert_eq!(page.status, Status::Ok);
        page.shows("The shop did not accept this cookie");
        page.shows("Sign in");
    }
}
