use rocket::http::Status;

use super::Browser;

#[test]
fn a_tea_is_added_changed_and_removed() {
    let browser = Browser::new();
    browser.post("/cart", "tea=oolong&quantity=2").leads_to("/");
    browser.get("/").shows("2 × Iron Goddess");
    let cart = browser.get("/cart");
    cart.shows("Iron Goddess");
    cart.shows("29.00 €");

    browser.post("/cart/change", "tea=oolong&quantity=3").leads_to("/cart");
    browser.get("/cart").shows("43.50 €");

    browser.post("/cart/remove", "tea=oolong").leads_to("/cart");
    let cart = browser.get("/cart");
    cart.shows("Iron Goddess is back on the shelf.");
    cart.shows("There is nothing in it yet.");
}

#[test]
fn the_same_tea_is_one_line() {
    let browser = Browser::new();
    browser.post("/cart", "tea=assam&quantity=1");
    browser.post("/cart", "tea=rooibos&quantity=1");
    browser.post("/cart", "tea=assam&quantity=4");
    let cart = browser.get("/cart");
    assert_eq!(cart.body.matches("action=\"/cart/change\"").count(), 2);
    cart.shows("value=\"5\"");
    cart.shows("<span class=\"count\">6<");
    cart.shows("37.20 €");
}

#[test]
fn a_wrong_quantity_changes_nothing_and_is_explained() {
    let browser = Browser::new();
    browser.post("/cart", "tea=assam&quantity=7");
    browser.get("/");
    for wrong in ["0", "21", "-1", "1.5", "many", "", "300"] {
        for path in ["/cart", "/cart/change"] {
            let answer = browser.post(path, &format!("tea=assam&quantity={wrong}"));
            assert_eq!(answer.status, Status::SeeOther);
            browser.get("/cart").shows("You can have from 1 to 20 of each tea.");
        }
    }
    // Right by itself, too much together.
    browser.post("/cart", "tea=assam&quantity=14");
    browser.get("/cart").shows("You can have from 1 to 20 of each tea.");
    browser.get("/cart").shows("value=\"7\"");
}

#[test]
fn only_what_is_sold_is_added_and_only_what_is_there_is_changed() {
    let browser = Browser::new();
    browser.post("/cart", "tea=coffee&quantity=1").leads_to("/");
    browser.get("/cart").shows("We do not have that tea.");
    browser.post("/cart/change", "tea=assam&quantity=1").leads_to("/cart");
    let cart = browser.get("/cart");
    cart.shows("Assam Breakfast is not in your cart any more.");
    cart.shows("There is nothing in it yet.");
}
