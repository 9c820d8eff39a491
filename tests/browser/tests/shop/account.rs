//! Signing in and out.

use super::support::Shop;

/// What only members may read.
const PRIVATE: &str = "Two spoons of Assam";

#[test]
fn a_member_stays_signed_in_over_a_reload() {
    let Some(shop) = Shop::open() else { return };
    let browser = shop.browser();
    browser.sign_in("Ann");
    browser.reload();
    browser.shows("Hello, Ann.");
    browser.follow("Members");
    browser.shows(PRIVATE);
}

#[test]
fn who_asked_for_a_page_gets_it_after_signing_in() {
    let Some(shop) = Shop::open() else { return };
    let browser = shop.browser();
    browser.open("/members");
    browser.shows("Please sign in first.");
    browser.hides(PRIVATE);
    browser.fill("username", "Ann");
    browser.press("Sign in");
    browser.shows(PRIVATE);
    assert_eq!(browser.path(), "/members");
}

#[test]
fn line_57_after_signing_out_back_shows_nothing_private() {
    let Some(shop) = Shop::open() else { return };
    let browser = shop.browser();
    browser.sign_in("Ann");
    browser.follow("Members");
    browser.shows(PRIVATE);
    browser.press("Sign out");
    browser.shows("You are signed out.");
    browser.back();
    browser.shows("Please sign in first.");
    browser.hides(PRIVATE);
    browser.hides("Ann");
}

#[test]
fn two_tabs_are_one_visitor() {
    let Some(shop) = Shop::open() else { return };
    let browser = shop.browser();
    browser.open("/");
    browser.open_tab();
    browser.sign_in("Ann");
    browser.press("Add Sencha");
    browser.shows("Added to your cart: 1 × Sencha.");

    // The page from before the sign-in still works, for the member.
    browser.go_to_tab(0);
    browser.press("Add Assam Breakfast");
    browser.shows("Hello, Ann.");
    browser.follow("Cart");
    browser.shows("Assam Breakfast");
    browser.shows("Sencha");
    browser.press("Sign out");
    browser.shows("You are signed out.");

    browser.go_to_tab(1);
    browser.follow("Members");
    browser.shows("Please sign in first.");
    browser.follow("Cart");
    browser.shows("There is nothing in it yet.");
}

#[test]
fn who_is_remembered_is_still_signed_in_after_the_browser_was_closed() {
    let Some(shop) = Shop::open() else { return };
    let profile = shop.profile();
    for remember in [true, false] {
        let browser = shop.browser_of(&profile);
        browser.open("/sign-in");
        browser.fill("username", "Ann");
        if remember {
            browser.check("remember");
        }
        browser.press("Sign in");
        browser.shows("Welcome, Ann!");
        browser.quit();

        let browser = shop.browser_of(&profile);
        browser.open("/members");
        browser.shows(if remember { "you stay signed in" } else { "Please sign in first." });
        browser.quit();
    }
}
