//! Messages, and what a visitor typed.

use super::support::Shop;

#[test]
fn a_message_is_shown_once() {
    let Some(shop) = Shop::open() else { return };
    let browser = shop.browser();
    browser.open("/");
    browser.press("Add Sencha");
    browser.shows("Added to your cart: 1 × Sencha.");
    browser.reload();
    browser.shows("Six teas, no fuss.");
    browser.hides("Added to your cart");

    // Not in another tab either, nor on a page that comes later.
    browser.open_tab();
    browser.open("/cart");
    browser.shows("Sencha");
    browser.hides("Added to your cart");
    browser.press("Remove Sencha");
    browser.shows("Sencha is back on the shelf.");
    browser.go_to_tab(0);
    browser.reload();
    browser.shows("Six teas, no fuss.");
    browser.hides("back on the shelf");
}

#[test]
fn what_a_visitor_typed_is_shown_and_does_not_run() {
    let Some(shop) = Shop::open() else { return };
    let browser = shop.browser();
    for name in
        ["<script>ran=1</script>", "<img src=x onerror=ran=1>", "\"autofocus onfocus=\"ran=1"]
    {
        browser.sign_in(name);
        browser.ran_nothing();
        browser.open("/members");
        browser.shows(&format!("The back room, {name}"));
        browser.ran_nothing();

        browser.open("/");
        browser.press("Add Sencha");
        browser.shows("Added to your cart");
        browser.open("/checkout");
        let address = format!("</textarea>{name}");
        browser.fill("address", &address);
        browser.press("Order for");
        browser.shows("Please have a look at the marked fields.");
        let typed = browser.script("return document.getElementById('address').value");
        assert_eq!(typed, address.as_str());
        let shown = browser.script("return document.getElementById('name').value");
        assert_eq!(shown, name);
        browser.ran_nothing();
        browser.fill("email", "ann@example.com");
        browser.press("Order for");
        browser.shows(&format!("Thank you, {name}."));
        browser.shows(&address);
        browser.ran_nothing();

        browser.open("/cookie");
        browser.shows("What it says");
        browser.ran_nothing();
    }
}
