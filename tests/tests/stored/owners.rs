//! Listing and ending the sessions of an owner.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rocket::{Route, get, post, routes};
use session_runtime::prelude::*;
use session_runtime::{SessionError, SessionId, SessionInfo};
use session_tests::faulty::{Faulty, key_of};
use session_tests::{Browser, NOW, app, clock, fairing};

use super::{Visitor, application, in_store, now};

fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).expect("after 1970").as_secs() - NOW
}

/// `id created last_seen` per session, with a star at the current one.
fn lines(list: Vec<SessionInfo>) -> String {
    let line = |info: SessionInfo| {
        let SessionInfo { id, created, last_seen, is_current, .. } = info;
        let star = if is_current { " *" } else { "" };
        format!("{id} {} {}{star}", seconds(created), seconds(last_seen))
    };
    list.into_iter().map(line).collect::<Vec<_>>().join("\n")
}

#[get("/of/<name>")]
async fn of(
    name: &str,
    session: Session<Visitor>,
    sessions: &Sessions,
) -> Result<String, SessionError> {
    let list = sessions.list(name, &session).await?;
    // `session.info()` agrees with the list.
    if let Some(listed) = list.iter().find(|info| info.is_current) {
        let own = session.info().expect("a session of the store");
        assert_eq!(
            (own.id, own.created, own.expires),
            (Some(listed.id), listed.created, listed.expires)
        );
    }
    Ok(lines(list))
}

#[post("/of/<name>/end/<id>")]
async fn end_one(name: &str, id: SessionId, sessions: &Sessions) -> Result<String, SessionError> {
    Ok(sessions.end_one(name, id).await?.to_string())
}

#[post("/of/<name>/end-all/<deed>")]
async fn end_all(
    name: &str,
    deed: &str,
    session: Session<Visitor>,
    sessions: &Sessions,
) -> Result<String, SessionError> {
    let ended = sessions.end_all(name).await?;
    match deed {
        "note" => session.set_note("too late"),
        "clear" => session.clear(),
        _ => {}
    }
    Ok(ended.to_string())
}

#[post("/of/<name>/end-others")]
async fn end_others(
    name: &str,
    session: Session<Visitor>,
    sessions: &Sessions,
) -> Result<String, SessionError> {
    Ok(sessions.end_others(name, &session).await?.to_string())
}

pub(super) fn listing() -> Vec<Route> {
    routes![of, end_one, end_all, end_others]
}

pub(super) fn visitor(store: &Faulty) -> Browser {
    Browser::new(application(in_store(store)).mount("/", listing()))
}

pub(super) fn id(browser: &Browser) -> String {
    key_of(&browser.cookie().expect("a session")).to_hex()
}

/// Another browser of the same person.
pub(super) fn another(browser: &Browser, name: &str) -> Browser {
    let other = browser.another();
    other.post(&format!("/do/login-{name}"));
    other
}

/// The ids of the owner's sessions, sorted.
pub(super) fn ids_of(browser: &Browser, name: &str) -> Vec<String> {
    let list = browser.another().get(&format!("/of/{name}")).body;
    let ids = list.lines().filter_map(|line| line.split(' ').next());
    let mut ids: Vec<_> = ids.map(str::to_owned).collect();
    ids.sort();
    ids
}

fn sorted(browsers: &[&Browser]) -> Vec<String> {
    let mut ids: Vec<_> = browsers.iter().map(|browser| id(browser)).collect();
    ids.sort();
    ids
}

#[test]
fn an_owners_sessions_are_listed_with_their_times_the_last_seen_first() {
    let (store, clock) = (Faulty::default(), clock());
    let rocket = application(fairing(&clock).store(store.clone())).mount("/", listing());
    let first = Browser::new(rocket);
    // It was anonymous first, signed in later, and then renewed. Its time of
    // creation is that of the sign-in.
    first.post("/do/visit");
    clock.advance(Duration::from_secs(10));
    first.post("/do/login-zoe");
    clock.advance(Duration::from_secs(10));
    let second = another(&first, "zoe");
    let stranger = another(&first, "max");
    clock.advance(Duration::from_secs(10));
    first.post("/do/renew");
    let list = first.get("/of/zoe").body;
    assert_eq!(list, format!("{} 10 30 *\n{} 20 20", id(&first), id(&second)));
    let list = second.get("/of/zoe").body;
    assert_eq!(list, format!("{} 10 30\n{} 20 20 *", id(&first), id(&second)));
    assert_eq!(stranger.get("/of/max").body, format!("{} 20 20 *", id(&stranger)));
    // None is current for somebody else who asks.
    assert_eq!(first.get("/of/max").body, format!("{} 20 20", id(&stranger)));
    assert_eq!(first.another().get("/of/nobody").body, "");
}

/// The store keeps the expiry that it was given, even if the configuration has
/// changed. `of` compares.
#[test]
fn a_session_expires_when_its_store_says_so() {
    let store = Faulty::default();
    let lives = |seconds| {
        let fairing = in_store(&store).lifetime(Duration::from_secs(seconds));
        Browser::new(application(fairing).mount("/", listing()))
    };
    let (short, long) = (lives(100), lives(1000));
    short.post("/do/login-zoe");
    long.take_cookie(short.cookie().expect("a session"));
    let list = long.get("/of/zoe");
    assert_eq!((list.status, list.body), (200, format!("{} 0 0 *", id(&short))));
}

#[test]
fn a_session_that_lives_for_ever_is_listed() {
    let store = Faulty::default();
    let fairing = in_store(&store).lifetime(Duration::MAX);
    let browser = Browser::new(application(fairing).mount("/", listing()));
    browser.post("/do/login-zoe");
    let list = browser.get("/of/zoe");
    assert_eq!((list.status, list.body), (200, format!("{} 0 0 *", id(&browser))));
}

#[test]
fn a_session_is_filed_once_whatever_happens_to_it() {
    let store = Faulty::default();
    let browser = visitor(&store);
    for deeds in ["login-zoe", "visit", "renew", "login-zoe", "flash-x", "show", "clear+login-zoe"]
    {
        browser.post(&format!("/do/{deeds}"));
        assert_eq!(ids_of(&browser, "zoe"), [id(&browser)], "{deeds}");
    }
    browser.post("/do/clear");
    assert!(ids_of(&browser, "zoe").is_empty());
}

#[test]
fn another_owner_gets_the_session_with_a_new_identifier() {
    let store = Faulty::default();
    let browser = visitor(&store);
    browser.post("/do/visit+login-zoe");
    let old = id(&browser);
    browser.post("/do/login-max");
    assert_ne!(id(&browser), old);
    assert!(ids_of(&browser, "zoe").is_empty());
    assert_eq!(ids_of(&browser, "max"), [id(&browser)]);
    assert_eq!(browser.get("/").body, "max 1 -");
}

#[test]
fn a_session_without_an_owner_is_nobodys_and_has_a_new_identifier() {
    let store = Faulty::default();
    let browser = visitor(&store);
    browser.post("/do/visit+login-zoe");
    let old = browser.cookie().unwrap();
    browser.post("/do/leave");
    assert_ne!(id(&browser), key_of(&old).to_hex());
    assert!(ids_of(&browser, "zoe").is_empty());
    assert_eq!(browser.get("/").body, "nobody 1 -");
    assert!(store.row(&key_of(&old)).is_none());
}

#[test]
fn one_session_is_ended_and_the_others_are_not() {
    let store = Faulty::default();
    let [here, there] = [(); 2].map(|()| another(&visitor(&store), "zoe"));
    assert_eq!(here.post(&format!("/of/zoe/end/{}", id(&there))).body, "true");
    assert_eq!(there.get("/").body, "nobody 0 -");
    assert_eq!(here.get("/").body, "zoe 0 -");
    // It has ended already, so this ends nothing.
    assert_eq!(here.post(&format!("/of/zoe/end/{}", id(&there))).body, "false");
    assert_eq!(ids_of(&here, "zoe"), [id(&here)]);
}

#[test]
fn nobody_ends_the_session_of_somebody_else() {
    let store = Faulty::default();
    let zoe = another(&visitor(&store), "zoe");
    let max = another(&zoe, "max");
    let anonymous = zoe.another();
    anonymous.post("/do/visit");
    for other in [&max, &anonymous] {
        assert_eq!(zoe.post(&format!("/of/zoe/end/{}", id(other))).body, "false");
    }
    assert_eq!(max.get("/").body, "max 0 -");
    assert_eq!(anonymous.get("/").body, "nobody 1 -");
}

#[test]
fn an_invalid_id_is_like_any_parameter_that_does_not_parse() {
    let store = Faulty::default();
    let browser = another(&visitor(&store), "zoe");
    drop(store.calls());
    let right = id(&browser);
    let odd = ["x", "*", "..%2F", "%00", &right[1..], &right.to_uppercase(), &format!("{right}0")];
    for text in odd {
        assert_eq!(browser.post(&format!("/of/zoe/end/{text}")).status, 422, "{text}");
    }
    assert!(store.calls().is_empty());
}

#[test]
fn all_sessions_of_an_owner_are_ended() {
    let store = Faulty::default();
    let here = another(&visitor(&store), "zoe");
    let there = another(&here, "zoe");
    let max = another(&here, "max");
    let answer = here.post("/of/zoe/end-all/nothing");
    assert_eq!((answer.body.as_str(), answer.set_cookie()), ("2", None));
    for gone in [&here, &there] {
        assert_eq!(gone.get("/").body, "nobody 0 -");
    }
    assert_eq!(max.get("/").body, "max 0 -");
    assert_eq!(max.post("/of/zoe/end-all/nothing").body, "0");
}

#[test]
fn what_is_written_to_a_session_after_its_end_is_dropped() {
    let store = Faulty::default();
    let browser = another(&visitor(&store), "zoe");
    drop(store.calls());
    let answer = browser.post("/of/zoe/end-all/note");
    assert_eq!((answer.status, answer.body.as_str(), answer.set_cookie()), (200, "1", None));
    let warnings = answer.warnings();
    assert!(warnings.iter().any(|line| line.contains("the change is dropped")), "{warnings:?}");
    assert_eq!(store.calls(), ["load", "destroy_all_of", "patch"]);
    assert_eq!(browser.get("/").body, "nobody 0 -");
    // `clear` removes the cookie too.
    let browser = another(&browser, "zoe");
    assert!(browser.post("/of/zoe/end-all/clear").issued().is_removal());
}

#[test]
fn all_others_are_ended_and_this_one_stays() {
    let store = Faulty::default();
    let here = another(&visitor(&store), "zoe");
    let others = [(); 3].map(|()| another(&here, "zoe"));
    let max = another(&here, "max");
    assert_eq!(here.post("/of/zoe/end-others").body, "3");
    assert_eq!(here.get("/").body, "zoe 0 -");
    assert_eq!(ids_of(&here, "zoe"), sorted(&[&here]));
    assert!(others.iter().all(|other| other.get("/").body == "nobody 0 -"));
    assert_eq!(max.get("/").body, "max 0 -");
    // Somebody without one of these sessions ends them all.
    another(&here, "zoe");
    assert_eq!(here.another().post("/of/zoe/end-others").body, "2");
    assert!(ids_of(&here, "zoe").is_empty());
}

#[test]
fn an_expired_session_is_not_listed() {
    let (store, clock) = (Faulty::default(), clock());
    let rocket = application(fairing(&clock).store(store.clone())).mount("/", listing());
    let browser = another(&Browser::new(rocket), "zoe");
    clock.advance(Duration::from_secs(31 * session_tests::DAY));
    assert_eq!(ids_of(&browser, "zoe").len(), 1);
    clock.advance(Duration::from_secs(1));
    assert!(ids_of(&browser, "zoe").is_empty());
}

#[test]
fn sessions_in_cookies_cannot_be_listed_and_the_log_says_what_to_type() {
    let mut routes = listing();
    routes.extend(routes![now]);
    let browser = Browser::new(app(fairing(&clock()), routes));
    for answer in [
        browser.get("/of/zoe"),
        browser.post("/of/zoe/end-all/nothing"),
        browser.post("/of/zoe/end-others"),
        browser.post(&format!("/of/zoe/end/{}", "0".repeat(64))),
    ] {
        assert_eq!(answer.status, 500);
        let errors = answer.errors();
        assert!(errors.iter().any(|line| line.contains("store = \"memory:\"")), "{errors:?}");
    }
}

#[test]
fn owners_names_may_have_any_characters() {
    let store = Faulty::default();
    let browser = visitor(&store);
    for name in ["%2A", "a%22b", "a%5Cb", "Zo%C3%AB", "%27%20OR%201=1", "a:b", "%F0%9F%A6%80"] {
        let visitor = another(&browser, name);
        assert_eq!(ids_of(&browser, name), [id(&visitor)], "{name}");
    }
}

#[test]
fn an_application_without_an_owner_is_told_to_mark_one() {
    #[post("/end")]
    async fn end(sessions: &Sessions) -> Result<String, SessionError> {
        let ended = sessions.end_all("zoe").await;
        assert_eq!(ended, Err(SessionError::NoOwner));
        Ok(ended?.to_string())
    }

    let store = Faulty::default();
    let browser = Browser::new(app(fairing(&clock()).store(store), routes![end]));
    let answer = browser.post("/end");
    assert_eq!(answer.status, 500);
    assert!(answer.errors().join(" ").contains("Mark one with `#[owner]`"));
}

#[test]
fn an_owner_of_another_type_is_an_error_and_not_an_empty_list() {
    #[post("/end/number")]
    async fn number(sessions: &Sessions) -> Result<String, SessionError> {
        let ended = sessions.end_all(&42_u64).await;
        assert!(matches!(ended, Err(SessionError::NotAnOwner(_))));
        Ok(ended?.to_string())
    }

    #[post("/end/option")]
    async fn option(
        session: Session<Visitor>,
        sessions: &Sessions,
    ) -> Result<String, SessionError> {
        Ok(sessions.end_all(&session.username()).await?.to_string())
    }

    let store = Faulty::default();
    let fairing = fairing(&clock()).store(store.clone()).schema::<Visitor>();
    let browser = Browser::new(app(fairing, routes![number, option]));
    for path in ["/end/number", "/end/option"] {
        let answer = browser.post(path);
        assert_eq!(answer.status, 500);
        let errors = answer.errors().join(" ");
        assert!(errors.contains("the field `username`") && errors.contains("String"), "{errors}");
    }
    assert!(!store.calls().contains(&"destroy_all_of"));
}
