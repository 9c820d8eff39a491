//! The asynchronous client.

use rocket::futures::FutureExt;
use rocket::local::asynchronous::Client;
use rocket::tokio;
use session_runtime::prelude::*;
use session_runtime::testing::AsyncSessionClient;
use session_tests::{clock, fairing};

use super::{Member, Visitor, application, everywhere};

async fn page(client: &Client, path: &'static str) -> String {
    client.get(path).dispatch().await.into_string().await.expect("a body")
}

#[rocket::async_test]
async fn edits_and_shows_the_session() {
    for (name, fairing) in everywhere() {
        println!("{name}");
        let client = Client::tracked(application(fairing(&clock()))).await.expect("a client");
        let returned = client.edit_session(|session: &mut Session<Visitor>| {
            session.set_username("ann");
            session.flash_info("hello");
            7
        });
        assert_eq!(returned.await, 7);
        assert_eq!(page(&client, "/member").await, "ann");
        let session = client.session::<Member>().await;
        assert_eq!((session.username(), session.peek_flashes().len()), ("ann", 1));
        assert_eq!(page(&client, "/messages").await, "hello");
        client.post("/logout").dispatch().await;
        assert!(client.session::<Visitor>().await.is_empty());
        client.edit_session(|session: &mut Session<Visitor>| session.set_visits(4)).await;
        client.edit_session(|session: &mut Session<Visitor>| *session.visits_mut() += 1).await;
        assert_eq!(page(&client, "/").await, "nobody 5");
    }
}

/// A test may move it to another task.
#[rocket::async_test]
async fn its_future_is_send() {
    let client = Client::tracked(application(fairing(&clock()))).await.expect("a client");
    let task = tokio::spawn(async move {
        client.edit_session(|session: &mut Session<Visitor>| session.set_visits(4)).await;
        client.session::<Visitor>().await.visits()
    });
    assert_eq!(task.await.expect("no panic"), 4);
}

#[rocket::async_test]
async fn a_mistake_names_the_line_of_the_test() {
    let client = Client::tracked(application(fairing(&clock()))).await.expect("a client");
    let shown = client.session::<Member>();
    let line = line!() - 1;
    let panic = std::panic::AssertUnwindSafe(shown).catch_unwind().await;
    let message = *panic.expect_err("a panic").downcast::<String>().expect("a text");
    assert!(message.contains("no `username`, which `Member` requires"), "{message}");
    assert!(message.contains(&format!("testing/asynchronous.rs:{line}:")), "{message}");
}
