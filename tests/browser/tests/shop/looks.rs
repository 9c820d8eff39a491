//! Narrow and wide, light and dark. `screenshots` in the target's folder `tmp` shows
//! every page.

use super::support::{Browser, LOOKS, Look, Shop, tour};

/// Checks that nothing is wider than the screen.
#[track_caller]
fn fits(browser: &Browser, page: &str, look: Look) {
    let wide = browser.script(
        "const all = [...document.querySelectorAll('*')];
         const wide = all.filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth);
         const scrolls = document.documentElement.scrollWidth > document.documentElement.clientWidth;
         return scrolls ? wide.map(e => e.outerHTML.slice(0, 100)).join('\\n') || 'the page' : null",
    );
    assert!(wide.is_null(), "{page} at {look:?} scrolls sideways: {wide}");
    let width = browser.script("return innerWidth");
    assert_eq!(width, look.width, "{page}");
}

#[test]
fn every_page_fits_every_screen() {
    let Some(shop) = Shop::open() else { return };
    let browser = shop.browser();
    tour(&browser, "Ann", |page| {
        for look in LOOKS {
            browser.look(look);
            fits(&browser, page, look);
            browser.screenshot(page, look);
        }
    });
}

#[test]
fn a_long_name_fits_too() {
    let Some(shop) = Shop::open() else { return };
    let browser = shop.browser();
    tour(&browser, &"W".repeat(30), |page| {
        for look in LOOKS.into_iter().filter(|look| !look.dark) {
            browser.look(look);
            fits(&browser, page, look);
        }
    });
}

#[test]
fn pages_are_dark_where_the_system_is_until_the_visitor_chooses() {
    let Some(shop) = Shop::open() else { return };
    let browser = shop.browser();
    let [light, dark] = [false, true].map(|dark| Look { width: 1280, dark });
    browser.look(light);
    browser.open("/");
    let paper = browser.background();
    browser.look(dark);
    let night = browser.background();
    assert_ne!(paper, night);

    browser.press("Light");
    browser.shows("Dark");
    assert_eq!(browser.background(), paper);
    browser.look(light);
    browser.press("Dark");
    browser.shows("Light");
    assert_eq!(browser.background(), night);
}
