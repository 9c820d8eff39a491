//! Forms of other sites that send to the shop.

use rocket::response::content::RawHtml;
use rocket::{get, routes};
use session_tests::debug;
use session_tests::http::Server;

use super::support::Shop;

/// A page of somebody else's. It sends its visitor's form to `target`.
#[get("/?<target>")]
fn trap(target: &str) -> RawHtml<String> {
    RawHtml(format!(
        "<!doctype html><title>Win a kettle</title>
         <form method=post action='{target}/cart'>
           <input type=hidden name=tea value=sencha><input type=hidden name=quantity value=20>
           <button>Win</button>
         </form>
         <form method=post action='{target}/sign-out'><button>Leave</button></form>"
    ))
}

#[test]
fn line_56_a_form_on_another_origin_is_refused_and_changes_nothing() {
    let Some(shop) = Shop::open() else { return };
    let elsewhere = Server::start(rocket::custom(debug()).mount("/", routes![trap]));
    let browser = shop.browser();
    browser.sign_in("Ann");
    let cookie = browser.cookie();

    // With the host of the shop, another port is the same site, so the browser sends
    // the cookie in spite of `SameSite=Lax`. From another site it does not.
    for host in ["127.0.0.1", "localhost"] {
        let page = format!("http://{host}:{}/?target={}", elsewhere.port(), shop.address());
        for button in ["Win", "Leave"] {
            browser.open(&page);
            browser.press(button);
            browser.shows("403 Forbidden");
            assert_eq!(browser.status(), 403, "{button} on {host}");
        }
        browser.open(&page);
        let sent = browser.script_later(&format!(
            "const done = arguments[0];
             const body = new URLSearchParams({{ tea: 'sencha', quantity: 20 }});
             fetch('{}/cart', {{ method: 'POST', mode: 'no-cors', credentials: 'include', body }})
               .then(answer => done(answer.type), error => done(String(error)))",
            shop.address(),
        ));
        assert_eq!(sent, "opaque", "from {host}");

        browser.open("/members");
        browser.shows("The back room, Ann");
        browser.open("/cart");
        browser.shows("There is nothing in it yet.");
        assert_eq!(browser.cookie(), cookie, "a page on {host} changed it");
    }
}
