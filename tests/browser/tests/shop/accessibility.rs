//! What axe-core says of every page.

use super::support::{LOOKS, Shop, axe, tour};

#[test]
fn axe_finds_nothing_wrong() {
    let Some(shop) = Shop::open() else { return };
    let Some(axe) = axe() else { return };
    let browser = shop.browser();
    tour(&browser, "Ann", |page| {
        for look in LOOKS {
            browser.look(look);
            let problems = browser.audit(&axe);
            assert!(problems.is_empty(), "{page} at {look:?}:\n{}", problems.join("\n"));
        }
    });
}
