use super::Browser;

#[test]
fn visits_of_the_front_page_are_counted() {
    let browser = Browser::new();
    browser.get("/").shows("this is your first visit");
    browser.get("/cart");
    browser.get("/").shows("This is visit number 2.");
    browser.edit(|session| session.set_visits(99));
    browser.get("/").shows("This is visit number 100.");
    Browser::new().get("/").shows("this is your first visit");
}
