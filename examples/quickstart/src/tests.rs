//! What the program promises.

use rocket::http::{ContentType, Cookie, Status};
use rocket::local::blocking::{Client, LocalResponse};

const STRANGER: &str = "<p>You are not logged in. <a href=/login>Log in</a></p>";

/// A browser that keeps its cookies.
fn browser() -> Client {
    Client::tracked(super::rocket()).expect("the program launches")
}

fn front_page(browser: &Client) -> String {
    let response = browser.get("/").dispatch();
    assert_eq!(response.status(), Status::Ok);
    response.into_string().expect("a page")
}

fn log_in<'c>(browser: &'c Client, form: &str) -> LocalResponse<'c> {
    browser.post("/login").header(ContentType::Form).body(form).dispatch()
}

#[test]
fn a_visitor_signs_in_and_out() {
    let browser = browser();
    assert_eq!(front_page(&browser), STRANGER);

    let response = log_in(&browser, "username=Ann");
    assert_eq!(response.status(), Status::SeeOther);
    assert_eq!(response.headers().get_one("Location"), Some("/"));
    assert!(front_page(&browser).contains("<p>Logged in as Ann.</p>"));

    let response = browser.post("/logout").dispatch();
    assert_eq!(response.status(), Status::SeeOther);
    assert_eq!(front_page(&browser), STRANGER);
    assert!(browser.cookies().get("session").is_none());
}

#[test]
fn the_form_is_there() {
    let browser = browser();
    let page = browser.get("/login").dispatch().into_string().expect("a page");
    assert!(page.contains("<input name=username"));
}

#[test]
fn a_name_does_not_become_html() {
    let browser = browser();
    log_in(&browser, "username=%3Cscript%3E");
    let page = front_page(&browser);
    assert!(page.contains("Logged in as &lt;script&gt;."), "{page}");
    assert!(!page.contains("<script>"), "{page}");
}

#[test]
fn a_forged_cookie_is_a_stranger() {
    let browser = browser();
    log_in(&browser, "username=Ann");
    let signed = browser.cookies().get("session").expect("a session").value().to_owned();
    let (payload, rest) = signed.split_once('.').expect("three parts");
    // {"username":"Bob"}
    let bob = "eyJ1c2VybmFtZSI6IkJvYiJ9";
    assert_eq!(payload.len(), bob.len());

    let sent = |value: &str| {
        let response = browser.get("/").cookie(Cookie::new("session", value.to_owned())).dispatch();
        assert_eq!(response.status(), Status::Ok, "{value}");
        response.into_string().expect("a page")
    };
    assert!(sent(&signed).contains("Logged in as Ann."));
    for forged in [&format!("{bob}.{rest}"), payload, "Bob", ""] {
        assert_eq!(sent(forged), STRANGER, "{forged}");
    }
}
