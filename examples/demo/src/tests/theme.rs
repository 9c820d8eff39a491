use rocket::http::{ContentType, Status};

use super::Browser;

#[test]
fn a_theme_is_kept_and_leads_back_to_its_page() {
    let browser = Browser::new();
    let cart = browser.get("/cart");
    cart.shows("data-theme=\"system\"");
    cart.shows("<input type=\"hidden\" name=\"back\" value=\"&#x2f;cart\">");
    cart.shows("<a href=\"&#x2f;cart\" aria-current=\"page\">");
    browser.post("/theme", "theme=dark&back=/cart").leads_to("/cart");
    browser.get("/cart").shows("data-theme=\"dark\"");
    browser.get("/").shows("data-theme=\"dark\"");
    browser.post("/theme", "theme=light&back=/").leads_to("/");
    browser.get("/").shows("data-theme=\"light\"");
}

#[test]
fn it_leads_to_no_other_site() {
    let browser = Browser::new();
    for elsewhere in ["https://evil.example/", "//evil.example/", "/%5Cevil.example", "", "cart"] {
        browser.post("/theme", &format!("theme=dark&back={elsewhere}")).leads_to("/");
    }
}

#[test]
fn another_theme_is_refused() {
    let browser = Browser::new();
    let answer = browser.post("/theme", "theme=pink&back=/");
    assert_eq!(answer.status, Status::UnprocessableEntity);
    browser.get("/").shows("data-theme=\"system\"");
}

#[test]
fn the_stylesheet_has_no_session() {
    let browser = Browser::new();
    browser.sign_in("Ann");
    let response = browser.0.get("/static/style.css").dispatch();
    assert_eq!(response.status(), Status::Ok);
    assert_eq!(response.content_type(), Some(ContentType::CSS));
    assert_eq!(response.headers().get_one("Vary"), None);
}
