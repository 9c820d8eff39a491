use super::Browser;

fn with_a_cart() -> Browser {
    let browser = Browser::new();
    browser.post("/cart", "tea=sencha&quantity=2");
    browser.get("/");
    browser
}

#[test]
fn a_wrong_form_comes_back_filled_in_and_explained_once() {
    let browser = with_a_cart();
    browser.post("/checkout", "name=Ann+Lee&email=nope&address=").leads_to("/checkout");

    let form = browser.get("/checkout");
    form.shows("Please have a look at the marked fields.");
    form.shows("value=\"Ann Lee\"");
    form.shows("value=\"nope\"");
    form.shows("An e-mail address looks like");
    form.shows("Please enter the address to deliver to.");

    let fresh = browser.get("/checkout");
    fresh.hides("Ann Lee");
    fresh.hides("Please");
}

#[test]
fn an_order_empties_the_cart() {
    let browser = with_a_cart();
    let form = "name=Ann&email=ann@example.com&address=Tea+Lane+1%0D%0AUji";
    browser.post("/checkout", form).leads_to("/order");
    let page = browser.get("/order");
    page.shows("We have your order.");
    page.shows("Thank you, Ann.");
    page.shows("17.80 €");
    page.shows("Tea Lane 1");
    browser.get("/cart").shows("There is nothing in it yet.");
}

#[test]
fn the_page_for_an_order_is_there_only_after_one() {
    Browser::new().get("/order").leads_to("/");
}

#[test]
fn an_empty_cart_is_not_checked_out() {
    let browser = Browser::new();
    browser.get("/checkout").leads_to("/cart");
    browser.get("/cart").shows("Your cart is empty.");
    browser.post("/checkout", "name=Ann&email=a@b&address=c").leads_to("/cart");
    browser.get("/order").leads_to("/");
}

#[test]
fn the_name_is_that_of_the_member() {
    let browser = with_a_cart();
    browser.sign_in("Ann");
    browser.get("/checkout").shows("value=\"Ann\"");
}

#[test]
fn what_was_typed_does_not_become_html() {
    let browser = with_a_cart();
    let script = "%22%3E%3C/textarea%3E%3Cscript%3E";
    browser.post("/checkout", &format!("name={script}&email={script}&address={script}"));
    let form = browser.get("/checkout");
    form.hides("<script");
    form.shows("&lt;script&gt;");
}

#[test]
fn the_fullest_session_fits_the_cookie() {
    let browser = Browser::new();
    let fill_cart = || {
        for tea in &crate::catalog::TEAS {
            browser.post("/cart", &format!("tea={}&quantity=20", tea.sku)).leads_to("/");
            browser.get("/");
        }
    };
    // JSON makes six bytes of a control character, and four of a kettle.
    let (control, kettle) = ("%01", "%F0%9F%AB%96");
    let username = format!("a{}a", control.repeat(28));
    browser.post("/sign-in", &format!("username={username}&remember=on")).leads_to("/");
    fill_cart();
    let name = format!("a{}a", control.repeat(38));
    let email = format!("{}@b", kettle.repeat(58));
    let address = format!("a{}a", control.repeat(78));
    let order = format!("name={name}&email={email}&address={address}");
    browser.post("/checkout", &order).leads_to("/order");
    browser.get("/order");
    fill_cart();
    // Of a form that is wrong, the library keeps a kilobyte.
    let (long, endless) = (kettle.repeat(60), kettle.repeat(500));
    let wrong = format!("name={long}&email={long}&address={long}&more={long}&other={endless}");
    browser.post("/checkout", &wrong).leads_to("/checkout");

    let size = "__Host-session".len() + browser.session().unwrap().len();
    assert!((2800..=4096).contains(&size), "{size}");
}
