use rocket::http::Status;

use super::Browser;

#[test]
fn a_missing_page_knows_the_visitor() {
    let browser = Browser::new();
    let page = browser.get("/nowhere");
    assert_eq!(page.status, Status::NotFound);
    page.shows("Sorry, stranger.");

    browser.sign_in("Ann");
    browser.get("/nowhere").shows("Sorry, Ann.");
}

#[test]
fn a_missing_image_shows_no_message() {
    let browser = Browser::new();
    browser.post("/cart", "tea=assam&quantity=1");
    browser.get("/favicon.ico").hides("Added to your cart");
    browser.get("/").shows("Added to your cart");
}

#[test]
fn a_form_that_no_page_sends_is_an_error_page() {
    let browser = Browser::new();
    let page = browser.post("/cart/remove", "tea=coffee");
    assert_eq!(page.status, Status::UnprocessableEntity);
    page.shows("That did not work.");
}
