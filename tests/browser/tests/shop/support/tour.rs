//! All pages of the shop.

use super::Browser;

/// Leads a new visitor of this name through the shop, and shows each page: empty and
/// full, right and wrong.
#[track_caller]
pub(crate) fn tour(browser: &Browser, name: &str, mut show: impl FnMut(&str)) {
    browser.open("/");
    show("front");
    browser.open("/cart");
    show("cart-empty");
    browser.open("/cookie");
    show("cookie-new");

    browser.open("/members");
    show("sign-in");
    browser.press("Sign in");
    browser.shows("Please enter your name.");
    show("sign-in-wrong");
    browser.fill("username", name);
    browser.check("remember");
    browser.press("Sign in");
    browser.shows("Welcome");
    show("members");

    for tea in ["Sencha", "Iron Goddess", "Assam"] {
        browser.open("/");
        browser.press(&format!("Add {tea}"));
        browser.shows(&format!("Added to your cart: 1 × {tea}"));
    }
    show("front-member");
    browser.open("/cart");
    show("cart");

    browser.open("/checkout");
    show("checkout");
    browser.fill("email", "ann");
    browser.press("Order for");
    browser.shows("Please enter the address to deliver to.");
    show("checkout-wrong");
    browser.fill("email", "ann@example.com");
    browser.fill("address", "12 Kettle Lane\nLeafford");
    browser.press("Order for");
    browser.shows("would now be on its way");
    show("order");

    browser.open("/cookie");
    show("cookie");
    let cookie = browser.cookie().expect("a session");
    browser.set_cookie(&format!("A{cookie}"));
    browser.reload();
    browser.shows("The shop did not accept this cookie");
    show("cookie-refused");
    browser.open("/no/such/page");
    show("not-found");
    browser.script("document.querySelectorAll('[name=theme]').forEach(b => b.value = 'pink')");
    browser.press("Dark");
    browser.shows("That did not work.");
    show("error");
}
