//! Instead of `tests/test_db.py`: there is no command that makes the tables, and no
//! connection to close.

use crate::site::Site;

#[test]
fn a_restart_keeps_users_posts_and_sessions() {
    let mut site = Site::for_restarts();
    site.visitor().post("/auth/register", "username=ann&password=a").leads_to("/auth/login");
    let visitor = site.visitor();
    visitor.log_in("ann", "a").leads_to("/");
    visitor.post("/create", "title=kept&body=").leads_to("/");
    let cookie = visitor.cookie.take();
    site.restart();
    let visitor = site.visitor();
    *visitor.cookie.borrow_mut() = cookie;
    visitor.get("/").shows("kept").shows("<span>ann</span>");
}
