//! What the tutorial does not have: the devices, the password, and users who are gone.

use crate::site::{Visitor, everywhere, with_a_store};

const ENDED: &str = "Log In";

#[test]
fn a_user_who_was_deleted_is_signed_out_whatever_they_send() {
    everywhere(|site| {
        let visitor = site.signed_in("test");
        site.sql("DELETE FROM user WHERE id = 1");
        visitor.get("/create").leads_to("/auth/login");
        for (kind, body) in [
            ("application/x-www-form-urlencoded", "title=a&body=b"),
            ("application/x-www-form-urlencoded", "%"),
            ("application/json", "{}"),
            ("", ""),
        ] {
            for path in ["/create", "/1/update", "/1/delete", "/account/password"] {
                visitor.send("POST", path, kind, body).leads_to("/auth/login");
            }
        }
        visitor.get("/").is(200).shows(ENDED);
    });
}

#[test]
fn a_new_password_ends_the_other_sessions() {
    with_a_store(|site| {
        let (visitor, elsewhere) = (site.signed_in("test"), site.signed_in("test"));
        let other = site.signed_in("other");
        visitor.post("/account/password", "old=a&new=b").leads_to("/account");
        visitor.get("/account").shows("Incorrect password.");
        visitor.post("/account/password", "old=test&new=").leads_to("/account");
        visitor.get("/account").shows("Password is required.");
        elsewhere.get("/account").is(200);
        visitor.post("/account/password", "old=test&new=b").leads_to("/account");
        visitor.get("/account").is(200).shows("Your password was changed");
        elsewhere.get("/account").leads_to("/auth/login");
        other.get("/account").is(200);
        site.visitor().log_in("test", "test").shows("Incorrect password.");
        site.visitor().log_in("test", "b").leads_to("/");
    });
}

/// The paths that sign out the devices of the page.
fn devices(visitor: &Visitor<'_>) -> (String, Vec<String>) {
    let page = visitor.get("/account").is(200).0.body.clone();
    let (mut this, mut others) = (None, vec![]);
    for form in page.split("<form action=\"").filter(|form| form.contains("device, seen 0 min")) {
        let path = form.split('"').next().unwrap_or_default().to_owned();
        if form.contains("This device") { this = Some(path) } else { others.push(path) }
    }
    (this.expect("this device"), others)
}

#[test]
fn one_device_is_signed_out() {
    with_a_store(|site| {
        let (visitor, elsewhere) = (site.signed_in("test"), site.signed_in("test"));
        let other = site.signed_in("other");
        let (this, others) = devices(&visitor);
        assert_eq!(others.len(), 1);
        // Not another user's.
        other.post(&others[0], "").leads_to("/account");
        elsewhere.get("/account").is(200);
        visitor.post(&others[0], "").leads_to("/account");
        elsewhere.get("/account").leads_to("/auth/login");
        visitor.post(&this, "").leads_to("/account");
        visitor.get("/").shows(ENDED);
    });
}

#[test]
fn all_other_devices_are_signed_out() {
    with_a_store(|site| {
        let visitor = site.signed_in("test");
        let elsewhere = [site.signed_in("test"), site.signed_in("test")];
        assert_eq!(devices(&visitor).1.len(), 2);
        visitor.post("/account/devices/sign-out-others", "").leads_to("/account");
        assert_eq!(devices(&visitor).1.len(), 0);
        for visitor in elsewhere {
            visitor.get("/").shows(ENDED);
        }
    });
}

#[test]
fn a_sign_in_leaves_nothing_of_the_session_before() {
    with_a_store(|site| {
        let visitor = site.signed_in("test");
        let before = visitor.cookie.borrow().clone();
        visitor.log_in("other", "other").leads_to("/");
        visitor.get("/").shows("<span>other</span>");
        *visitor.cookie.borrow_mut() = before;
        visitor.get("/").shows(ENDED);
    });
}
