//! `tests/test_blog.py` of the tutorial.

use crate::site::everywhere;

#[test]
fn index() {
    everywhere(|site| {
        site.visitor().get("/").shows("Log In").shows("Register");
        let page = site.signed_in("test").get("/");
        page.shows("Log Out").shows("test title").shows("by test on 2018-01-01");
        page.shows("test\nbody").shows("href=\"/1/update\"");
    });
}

#[test]
fn login_required() {
    everywhere(|site| {
        for path in ["/create", "/1/update", "/1/delete"] {
            site.visitor().post(path, "").leads_to("/auth/login");
        }
    });
}

#[test]
fn author_required() {
    everywhere(|site| {
        site.sql("UPDATE post SET author_id = 2 WHERE id = 1");
        let visitor = site.signed_in("test");
        visitor.post("/1/update", "title=a&body=b").is(403);
        visitor.post("/1/delete", "").is(403);
        visitor.get("/1/update").is(403);
        visitor.get("/").hides("href=\"/1/update\"");
        assert_eq!(site.count("SELECT count(*) FROM post WHERE title = 'test title'"), 1);
    });
}

#[test]
fn exists_required() {
    everywhere(|site| {
        let visitor = site.signed_in("test");
        visitor.post("/2/update", "title=a&body=b").is(404).shows("Post id 2 doesn't exist.");
        visitor.post("/2/delete", "").is(404).shows("Post id 2 doesn't exist.");
    });
}

#[test]
fn create() {
    everywhere(|site| {
        let visitor = site.signed_in("test");
        visitor.get("/create").is(200);
        visitor.post("/create", "title=created&body=").leads_to("/");
        assert_eq!(site.count("SELECT count(*) FROM post"), 2);
        let page = visitor.get("/").0.body;
        assert!(page.find("created") < page.find("test title"), "the newest is first: {page}");
    });
}

#[test]
fn update() {
    everywhere(|site| {
        let visitor = site.signed_in("test");
        visitor.get("/1/update").is(200).shows("value=\"test title\"");
        visitor.post("/1/update", "title=updated&body=").leads_to("/");
        assert_eq!(site.count("SELECT count(*) FROM post WHERE id = 1 AND title = 'updated'"), 1);
    });
}

#[test]
fn create_update_validate() {
    everywhere(|site| {
        let visitor = site.signed_in("test");
        for path in ["/create", "/1/update"] {
            let page = visitor.post(path, "title=&body=kept");
            page.is(200).shows("Title is required.").shows("kept</textarea>");
        }
    });
}

#[test]
fn delete() {
    everywhere(|site| {
        site.signed_in("test").post("/1/delete", "").leads_to("/");
        assert_eq!(site.count("SELECT count(*) FROM post WHERE id = 1"), 0);
    });
}
