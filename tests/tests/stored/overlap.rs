//! Two requests of one visitor that overlap in a known order.

use rocket::http::Header;
use rocket::local::asynchronous::Client;
use rocket::tokio::join;
use session_runtime::SessionFairing;
use session_tests::gate::{Gate, run};
use session_tests::{Answer, Browser, log};

use super::application;

/// The two answers.
pub(super) struct Overlap {
    pub(super) slow: Answer,
    pub(super) fast: Answer,
}

/// The slow request reads the session, then the fast one runs to its end, then the
/// slow one goes on. Both send the browser's cookie, which does not change.
pub(super) fn overlap(
    fairing: SessionFairing,
    browser: &Browser,
    slow: &str,
    fast: &str,
) -> Overlap {
    let pair = format!("session={}", browser.cookie().expect("a session"));
    run(async {
        let client = Client::untracked(application(fairing)).await.expect("it launches");
        let gate = client.rocket().state::<Gate>().expect("a gate");
        let fast = format!("/do/{fast}");
        let fast = gate.meanwhile(send(&client, &pair, &fast));
        let slow = format!("/slow/{slow}");
        let (slow, fast) = join!(send(&client, &pair, &slow), fast);
        Overlap { slow, fast }
    })
}

async fn send(client: &Client, pair: &str, path: &str) -> Answer {
    let request = client.post(path).header(Header::new("Cookie", pair.to_owned()));
    let response = request.dispatch().await;
    let status = response.status().code;
    let lines = response.headers().iter();
    let headers = lines.map(|line| (line.name().to_string(), line.value().to_owned())).collect();
    let body = response.into_string().await.unwrap_or_default();
    Answer { status, headers, body, log: log::take() }
}
