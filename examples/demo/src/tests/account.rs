use super::Browser;

#[test]
fn a_visitor_signs_in_and_out() {
    let browser = Browser::new();
    browser.get("/").shows("Sign in");
    browser.post("/sign-in", "username=+Ann+").leads_to("/");
    let page = browser.get("/");
    page.shows("Hello, Ann.");
    page.shows("Sign out");
    browser.post("/cart", "tea=assam&quantity=2");

    browser.post("/sign-out", "").leads_to("/");
    browser.get("/").hides("Ann");
    browser.get("/cart").shows("There is nothing in it yet.");
}

#[test]
fn signing_out_keeps_the_theme_alone() {
    let browser = Browser::new();
    browser.post("/theme", "theme=dark&back=/");
    browser.sign_in("Ann");
    browser.post("/sign-out", "");
    let page = browser.get("/cookie");
    page.shows("data-theme=\"dark\"");
    page.hides("Ann");
}

#[test]
fn a_link_signs_nobody_out() {
    let browser = Browser::new();
    browser.sign_in("Ann");
    browser.get("/sign-out");
    browser.get("/").shows("Hello, Ann.");
}

#[test]
fn remember_me_makes_the_cookie_outlive_the_browser() {
    let browser = Browser::new();
    let forgotten = browser.post("/sign-in", "username=Ann");
    assert!(!forgotten.set_cookie.unwrap().contains("Max-Age"));
    browser.get("/members").shows("you are signed out");

    let remembered = browser.post("/sign-in", "username=Ann&remember=on");
    assert!(remembered.set_cookie.unwrap().contains("Max-Age=2678400"));
    browser.get("/members").shows("you stay signed in");
}

#[test]
fn the_members_page_asks_to_sign_in_and_is_led_back_to() {
    let browser = Browser::new();
    browser.get("/members").leads_to("/sign-in");
    browser.get("/sign-in").shows("Please sign in first.");
    browser.post("/sign-in", "username=Ann").leads_to("/members");
    browser.get("/members").shows("The back room, Ann");

    // Once: the next time there is nowhere to be led back to.
    browser.post("/sign-in", "username=Bob").leads_to("/");
}

#[test]
fn a_wrong_name_comes_back_explained() {
    let browser = Browser::new();
    browser.post("/sign-in", "username=++&remember=on").leads_to("/sign-in");
    let form = browser.get("/sign-in");
    form.shows("Please enter your name.");
    form.shows(" checked");

    browser.post("/sign-in", &format!("username={}", "a".repeat(31))).leads_to("/sign-in");
    browser.get("/sign-in").shows("in at most 30 characters");
    browser.post("/sign-in", "").leads_to("/sign-in");
    browser.get("/").shows("Sign in");
}

#[test]
fn a_name_does_not_become_html() {
    let browser = Browser::new();
    browser.sign_in("<script>alert(1)</script>");
    for path in ["/", "/members", "/cookie", "/nowhere", "/cart"] {
        let page = browser.get(path);
        page.hides("<script");
        page.shows("&lt;script&gt;");
    }
}
