//! `tests/test_auth.py` of the tutorial.

use crate::site::everywhere;

#[test]
fn register() {
    everywhere(|site| {
        site.visitor().get("/auth/register").is(200);
        site.visitor().post("/auth/register", "username=a&password=a").leads_to("/auth/login");
        assert_eq!(site.count("SELECT count(*) FROM user WHERE username = 'a'"), 1);
        // The password is not kept.
        assert_eq!(site.count("SELECT count(*) FROM user WHERE password LIKE '$argon2id$%'"), 3);
    });
}

#[test]
fn register_validate_input() {
    everywhere(|site| {
        for (username, password, message) in [
            ("", "", "Username is required."),
            ("a", "", "Password is required."),
            ("test", "test", "User test is already registered."),
        ] {
            let form = format!("username={username}&password={password}");
            let page = site.visitor().post("/auth/register", &form);
            page.is(200).shows(message);
            // A name that is the password does not come back.
            let kept = if username == password { "" } else { username };
            page.shows(&format!("value=\"{kept}\""));
        }
    });
}

#[test]
fn login() {
    everywhere(|site| {
        let visitor = site.visitor();
        visitor.get("/auth/login").is(200);
        visitor.log_in("test", "test").leads_to("/");
        visitor.get("/").shows("<span>test</span>").hides("Register");
    });
}

#[test]
fn login_validate_input() {
    everywhere(|site| {
        for (username, password, message) in
            [("a", "test", "Incorrect username."), ("test", "a", "Incorrect password.")]
        {
            let visitor = site.visitor();
            visitor.log_in(username, password).is(200).shows(message);
            // It was shown, and nobody is signed in.
            visitor.get("/").shows("Log In").hides(message);
        }
    });
}

#[test]
fn logout() {
    everywhere(|site| {
        let visitor = site.signed_in("test");
        visitor.post("/auth/logout", "").leads_to("/");
        assert_eq!(*visitor.cookie.borrow(), None);
        visitor.get("/").shows("Log In");
    });
}

#[test]
fn what_a_visitor_typed_is_escaped() {
    everywhere(|site| {
        let visitor = site.visitor();
        let name = "%3Cb%3E%22";
        let form = format!("username={name}&password=a");
        visitor.post("/auth/register", &form).leads_to("/auth/login");
        let again = visitor.post("/auth/register", &form);
        again.is(200).shows("User &lt;b&gt;").hides("<b>");
        visitor.log_in(name, "b").is(200).shows("&lt;b&gt;&quot;").hides("<b>");
        visitor.log_in(name, "a").leads_to("/");
        visitor.post("/create", "title=%3Cb%3E&body=%3C/p%3E%3Cb%3E").leads_to("/");
        visitor.get("/").is(200).shows("<h1>&lt;b&gt;</h1>").hides("<b>");
    });
}
