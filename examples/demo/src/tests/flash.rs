use super::Browser;

#[test]
fn a_message_is_seen_exactly_once() {
    let browser = Browser::new();
    browser.post("/cart", "tea=assam&quantity=1");
    browser.get("/").shows("Added to your cart: 1 × Assam Breakfast.");
    browser.get("/").hides("Added to your cart");
}

#[test]
fn each_category_has_its_look() {
    let browser = Browser::new();
    browser.edit(|session| {
        session.flash_success("It worked.");
        session.flash_error("It did not.");
        session.flash_info("By the way.");
    });
    let page = browser.get("/");
    page.shows("<p class=\"flash success\" role=\"status\">");
    page.shows("<p class=\"flash error\" role=\"alert\">");
    page.shows("<p class=\"flash info\" role=\"status\">");
}

#[test]
fn a_redirect_uses_no_message_up() {
    let browser = Browser::new();
    browser.edit(|session| session.flash_success("It worked."));
    browser.get("/members").leads_to("/sign-in");
    let page = browser.get("/sign-in");
    page.shows("It worked.");
    page.shows("Please sign in first.");
}
