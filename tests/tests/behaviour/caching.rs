//! The headers for caches: `Vary` and `Cache-Control`.

use rocket::http::Status;
use rocket::request::{FromRequest, Outcome, Request};
use rocket::response::{self, Responder};
use rocket::{catch, catchers, get, routes};
use session_runtime::prelude::*;
use session_runtime::store::Memory;
use session_tests::{Answer, Browser, DAY, Forge, KEY, NOW, app, at, clock, fairing};

/// A response with a header of the handler, on one line or two.
struct Custom(&'static str, Vec<String>);

impl Custom {
    fn new(name: &'static str, first: &str, second: Option<&str>) -> Custom {
        Custom(name, [first].into_iter().chain(second).map(str::to_owned).collect())
    }
}

impl<'r> Responder<'r, 'static> for Custom {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        let mut response = "custom".respond_to(request)?;
        self.1.into_iter().for_each(|line| {
            response.adjoin_raw_header(self.0, line);
        });
        Ok(response)
    }
}

#[get("/none?<vary>")]
fn none(vary: &str) -> Custom {
    Custom::new("Vary", vary, None)
}

#[get("/read")]
fn read(session: Session) -> String {
    format!("{:?}", session.get::<u32>("n"))
}

#[get("/take")]
fn take(_session: Session) -> &'static str {
    "taken"
}

#[get("/contains")]
fn contains(session: Session) -> String {
    session.contains("n").to_string()
}

#[get("/write")]
fn write(session: Session) -> &'static str {
    session.set("n", session.get::<u32>("n").unwrap_or_default() + 1);
    "written"
}

#[get("/clear")]
fn clear(session: Session) -> &'static str {
    session.clear();
    "cleared"
}

#[get("/vary?<first>&<second>&<write>")]
fn vary(session: Session, first: &str, second: Option<&str>, write: bool) -> Custom {
    if write {
        session.set("m", first.len());
    }
    Custom::new("Vary", first, second)
}

#[get("/cache?<first>&<second>&<write>")]
fn cache(session: Session, first: &str, second: Option<&str>, write: bool) -> Custom {
    if write {
        session.set("m", first.len());
    }
    Custom::new("Cache-Control", first, second)
}

#[session(name: String else Status::Forbidden)]
#[get("/else")]
fn required(session: Session) -> String {
    session.name().to_owned()
}

#[session(name: String else Status::Forbidden)]
struct Named;

#[get("/guard")]
fn guarded(session: Session<Named>) -> String {
    session.name().to_owned()
}

#[session(..Named, n: u32)]
#[get("/base")]
async fn based(session: Session) -> String {
    format!("{} {:?}", session.name(), session.n())
}

#[session(..Named)]
#[get("/body", data = "<body>")]
fn body(session: Session, body: String) -> String {
    format!("{}{body}", session.name())
}

#[session(..Named, n: u32 else Status::Conflict)]
#[get("/two")]
fn two(session: Session) -> String {
    session.name().to_owned()
}

/// Nothing can be missing here.
#[session(..Named, name: String = "guest".into())]
#[get("/default")]
fn defaulted(session: Session) -> String {
    session.name().to_owned()
}

/// Reads the session, but does not require a field.
#[get("/views")]
fn views(session: Session, request: Loaded) -> String {
    format!("{:?} {}", session.try_view::<Named>().map(|named| named.name().to_owned()), request.0)
}

/// Whether `loaded` shows a name.
struct Loaded(bool);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Loaded {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        Outcome::Success(Loaded(Session::<Named>::loaded(request).is_some()))
    }
}

#[session(..Named)]
#[get("/else/cache?<first>&<write>")]
fn required_cache(session: Session, first: &str, write: bool) -> Custom {
    if write {
        session.set_name(first);
    }
    Custom::new("Cache-Control", first, None)
}

#[get("/guard/write")]
fn guarded_write(session: Session<Named>) -> &'static str {
    session.set_name("Bob");
    "written"
}

#[get("/guard/clear")]
fn guarded_clear(session: Session<Named>) -> &'static str {
    session.clear();
    "cleared"
}

#[session(..Named)]
#[catch(404)]
fn not_found(session: Session) -> String {
    session.name().to_owned()
}

/// A guard that reads the session and refuses the request.
struct Refuses;

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Refuses {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        let _session = request.guard::<Session>().await;
        Outcome::Error((Status::Forbidden, ()))
    }
}

#[get("/refuses")]
fn refuses(_guard: Refuses) -> &'static str {
    "never"
}

fn browser(now: u64) -> Browser {
    let mut routes =
        routes![none, read, take, contains, write, clear, vary, cache, required, guarded, refuses];
    routes.extend(routes![based, body, two, defaulted, views]);
    routes.extend(routes![required_cache, guarded_write, guarded_clear]);
    Browser::new(app(fairing(&at(now)), routes).register("/nowhere", catchers![not_found]))
}

/// A visitor whose session has a name.
fn named(browser: &Browser) -> &Browser {
    browser.take_cookie(Forge::new(KEY, "session").sign(r#"{"name":"Ann"}"#, NOW))
}

fn signed(browser: &Browser) -> &Browser {
    browser.take_cookie(Forge::new(KEY, "session").sign(r#"{"n":1}"#, NOW))
}

fn headers(answer: &Answer) -> (Vec<String>, Vec<String>) {
    (answer.list("Vary"), answer.list("Cache-Control"))
}

fn lists(vary: &str, cache_control: &str) -> (Vec<String>, Vec<String>) {
    let list = |text: &str| text.split(", ").map(str::to_owned).collect();
    (list(vary), list(cache_control))
}

#[test]
fn a_read_session_makes_the_response_private_and_varies_by_cookie() {
    let browser = browser(NOW);
    for path in ["/read", "/take", "/contains"] {
        let without = browser.another().get(path);
        assert_eq!(headers(&without), lists("cookie", "private"), "{path}");
        let answer = signed(&browser).get(path);
        assert_eq!(headers(&answer), lists("cookie", "private"), "{path}");
        assert_eq!(answer.set_cookie(), None, "{path}");
    }
}

#[test]
fn a_refused_cookie_makes_the_response_private_and_varies_by_cookie() {
    let answer = browser(NOW).take_cookie("forged").get("/read");
    assert_eq!(headers(&answer), lists("cookie", "private"));
}

#[test]
fn a_failed_guard_varies_by_cookie() {
    let browser = browser(NOW);
    let refused = [("/else", 403), ("/guard", 401), ("/base", 403), ("/body", 403)];
    for (path, status) in refused.into_iter().chain([("/refuses", 403)]) {
        let answer = browser.get(path);
        assert_eq!(answer.status, status);
        assert_eq!(headers(&answer), lists("cookie", "private"), "{path}");
    }
}

#[test]
fn line_57_what_only_some_visitors_see_is_not_stored() {
    let browser = browser(NOW);
    for path in ["/else", "/guard", "/base", "/body"] {
        let answer = named(&browser).get(path);
        assert_eq!((answer.status, answer.set_cookie()), (200, None), "{path}");
        assert_eq!(headers(&answer), lists("cookie", "no-store, private"), "{path}");
    }
    let answer = named(&browser).get("/nowhere");
    assert_eq!((answer.status, answer.body.as_str()), (404, "Ann"));
    assert_eq!(headers(&answer), lists("cookie", "no-store, private"));
}

#[test]
fn what_only_some_visitors_see_is_not_stored_with_a_change_either() {
    for (path, now) in [("/guard/write", NOW), ("/guard/clear", NOW), ("/base", NOW + 16 * DAY)] {
        let browser = browser(now);
        let answer = named(&browser).get(path);
        assert!(answer.set_cookie().is_some(), "{path}");
        assert_eq!(headers(&answer), lists("cookie", "no-store, private"), "{path}");
    }
}

#[get("/name")]
fn name(session: Session) {
    session.set("name", "Ann");
}

#[test]
fn what_only_some_visitors_see_is_not_stored_with_a_store_either() {
    let routes = routes![name, required, guarded_write];
    let browser = Browser::new(app(fairing(&clock()).store(Memory::new()), routes));
    assert_eq!(headers(&browser.get("/else")), lists("cookie", "private"));
    browser.get("/name");
    for path in ["/else", "/guard/write"] {
        let answer = browser.get(path);
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(headers(&answer), lists("cookie", "no-store, private"), "{path}");
    }
}

#[test]
fn what_everybody_sees_may_be_stored() {
    let browser = browser(NOW);
    let default = named(&browser).get("/default");
    assert_eq!((default.body.as_str(), headers(&default)), ("Ann", lists("cookie", "private")));
    let views = named(&browser).get("/views");
    assert_eq!(views.body, "Some(\"Ann\") true");
    assert_eq!(headers(&views), lists("cookie", "private"));
    // The second field's `else` answers, although the first is present.
    let two = named(&browser).get("/two");
    assert_eq!((two.status, headers(&two)), (409, lists("cookie", "private")));
}

#[test]
fn the_handlers_own_cache_control_stays_where_a_field_is_required() {
    let browser = browser(NOW);
    for (query, cache_control) in [
        ("write=false&first=max-age=60", "max-age=60"),
        ("write=false&first=public,%20max-age=60", "max-age=60, public"),
        ("write=true&first=max-age=60", "max-age=60, no-cache, private"),
    ] {
        let answer = named(&browser).get(&format!("/else/cache?{query}"));
        assert_eq!(answer.list("Cache-Control"), lists("", cache_control).1, "{query}");
    }
}

#[test]
fn a_changed_session_may_not_be_stored_by_a_cache() {
    let browser = browser(NOW);
    let answer = browser.get("/write");
    assert!(answer.set_cookie().is_some());
    assert_eq!(headers(&answer), lists("cookie", "no-cache, private"));
}

#[test]
fn a_refreshed_session_may_not_be_stored_by_a_cache() {
    let browser = browser(NOW + 16 * DAY);
    let answer = signed(&browser).get("/read");
    assert!(answer.set_cookie().is_some());
    assert_eq!(headers(&answer), lists("cookie", "no-cache, private"));
}

#[test]
fn a_removed_session_may_not_be_stored_by_a_cache() {
    let browser = browser(NOW);
    let answer = signed(&browser).get("/clear");
    assert!(answer.issued().is_removal());
    assert_eq!(headers(&answer), lists("cookie", "no-cache, private"));
}

#[test]
fn the_handlers_own_vary_stays() {
    let browser = browser(NOW);
    for write in ["false", "true"] {
        let vary = |query: &str| browser.get(&format!("/vary?write={write}&{query}")).list("Vary");
        assert_eq!(vary("first=Accept"), ["accept", "cookie"]);
        assert_eq!(vary("first=Accept,Origin"), ["accept", "cookie", "origin"]);
        assert_eq!(vary("first=Accept&second=Origin"), ["accept", "cookie", "origin"]);
        assert_eq!(vary("first=X-Cookie"), ["cookie", "x-cookie"]);
    }
}

#[test]
fn vary_names_the_cookie_once() {
    let browser = browser(NOW);
    for query in ["first=Cookie", "first=cookie", "first=COOKIE", "first=cookie&second=X-A"] {
        let vary = browser.get(&format!("/vary?write=true&{query}")).list("Vary");
        assert_eq!(vary.iter().filter(|name| *name == "cookie").count(), 1, "{vary:?}");
    }
    let vary = browser.get("/vary?write=true&first=Accept,%20cookie").list("Vary");
    assert_eq!(vary, ["accept", "cookie"]);
    assert_eq!(browser.get("/vary?write=true&first=*").list("Vary"), ["*"]);
}

#[test]
fn the_handlers_own_cache_control_stays_on_a_read() {
    let browser = browser(NOW);
    for own in ["no-store", "max-age=60", "public,%20max-age=60"] {
        let answer = browser.get(&format!("/cache?write=false&first={own}"));
        assert_eq!(answer.one("Cache-Control").unwrap(), own.replace("%20", " "));
        assert!(answer.warnings().is_empty());
    }
}

#[test]
fn public_and_s_maxage_are_taken_out_of_a_change_with_a_warning() {
    let browser = browser(NOW);
    for (query, cache_control, named) in [
        ("first=public,%20max-age=60", "max-age=60, no-cache, private", &["public"][..]),
        ("first=s-maxage=60", "no-cache, private", &["s-maxage=60"]),
        ("first=PUBLIC&second=S-MaxAge=9", "no-cache, private", &["PUBLIC", "S-MaxAge=9"]),
        ("first=private,%20s-maxage=1", "no-cache, private", &["s-maxage=1"]),
    ] {
        let answer = browser.another().get(&format!("/cache?write=true&{query}"));
        assert!(answer.set_cookie().is_some());
        assert_eq!(answer.list("Cache-Control"), lists("", cache_control).1, "{query}");
        let warnings = answer.warnings();
        assert_eq!(warnings.len(), 1, "{query}");
        assert!(warnings[0].contains("`Cache-Control`"), "{warnings:?}");
        assert!(named.iter().all(|name| warnings[0].contains(name)), "{warnings:?}");
    }
}

#[test]
fn a_stricter_cache_control_stays_on_a_change() {
    let browser = browser(NOW);
    for (own, cache_control) in [
        ("no-store", "no-store"),
        ("private,%20no-store", "no-store, private"),
        ("no-cache", "no-cache, private"),
        ("must-revalidate,%20max-age=0", "max-age=0, must-revalidate, no-cache, private"),
        ("private=%22x-a%22", "no-cache, private, private=\"x-a\""),
    ] {
        let answer = browser.another().get(&format!("/cache?write=true&first={own}"));
        assert!(answer.set_cookie().is_some());
        assert_eq!(answer.list("Cache-Control"), lists("", cache_control).1, "{own}");
        assert!(answer.warnings().is_empty(), "{own}");
    }
}

#[test]
fn a_handler_without_a_session_keeps_its_own_vary() {
    let answer = browser(NOW).get("/none?vary=Accept");
    assert_eq!(answer.one("Vary"), Some("Accept"));
    assert_eq!(answer.one("Cache-Control"), None);
}
