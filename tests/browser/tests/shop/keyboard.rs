//! The shop without a mouse.

use super::support::{Browser, Key, Shop, tour};

/// What has the focus: its text or its name. It is on the screen, as soon as the
/// page has scrolled there, with a line around it.
#[track_caller]
fn focus(browser: &Browser) -> String {
    browser.expect(
        "a visible focus",
        "const focus = document.activeElement, style = getComputedStyle(focus);
         const { top, left, bottom, right } = focus.getBoundingClientRect();
         const line = style.outlineStyle != 'none' && parseFloat(style.outlineWidth) >= 2;
         // Chromium scrolls by whole pixels.
         const seen = top > -1 && left > -1 && bottom < innerHeight + 1
           && right < innerWidth + 1 && bottom - top > 10 && right - left > 10;
         return line && seen ? (focus.innerText || focus.id).replace(/\\s+/g, ' ') : null",
    )
}

/// Presses Tab until this has the focus.
#[track_caller]
fn tab_to(browser: &Browser, name: &str) {
    let mut passed = Vec::new();
    while passed.len() < 40 {
        browser.key(Key::Tab);
        let focus = focus(browser);
        if focus.starts_with(name) {
            return;
        }
        passed.push(focus);
    }
    panic!("Tab does not lead to `{name}`, but to {passed:?}");
}

/// Goes to the link or button and presses it.
#[track_caller]
fn choose(browser: &Browser, name: &str) {
    tab_to(browser, name);
    browser.key(Key::Enter);
}

#[test]
fn a_visitor_shops_by_keyboard_alone() {
    let Some(shop) = Shop::open() else { return };
    let browser = shop.browser();
    browser.open("/");
    browser.key(Key::Tab);
    assert_eq!(focus(&browser), "Skip to the content");
    browser.key(Key::Enter);
    browser.key(Key::Tab);
    assert_eq!(focus(&browser), "quantity-sencha");
    browser.keys("3");
    choose(&browser, "Add Sencha");
    browser.shows("Added to your cart: 3 × Sencha.");

    choose(&browser, "Sign in");
    browser.shows("There are no passwords here.");
    tab_to(&browser, "username");
    browser.keys("Ann");
    tab_to(&browser, "remember");
    browser.keys(" ");
    choose(&browser, "Sign in");
    browser.shows("Welcome, Ann!");
    choose(&browser, "Members");
    browser.shows("you stay signed in");
    choose(&browser, "Sign out");
    browser.shows("You are signed out.");
}

#[test]
fn tab_reaches_everything_on_every_page() {
    let Some(shop) = Shop::open() else { return };
    let browser = shop.browser();
    tour(&browser, "Ann", |page| {
        let all = browser.script(
            "const all = [...document.querySelectorAll('a, button, input, textarea')];
             return all.filter(element => element.checkVisibility()).length",
        );
        let all = all.as_u64().expect("a number");
        for number in 0..all {
            browser.key(Key::Tab);
            focus(&browser);
            let again = browser.script(
                "const again = document.activeElement.reached;
                 document.activeElement.reached = true;
                 return again === true",
            );
            assert_eq!(again, false, "{page}: Tab number {number} leads back");
        }
    });
}
