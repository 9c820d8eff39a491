//! Two requests of one visitor that overlap in a known order.

use std::time::Duration;

use rocket::http::Header;
use rocket::local::asynchronous::Client;
use rocket::tokio::join;
use rocket::tokio::runtime::Builder;
use rocket::tokio::sync::Notify;
use rocket::tokio::time::timeout;
use session_runtime::SessionFairing;
use session_tests::{Answer, Browser, log};

use super::application;

/// Where the slow request waits for the fast one.
#[derive(Default)]
pub(super) struct Gate {
    arrived: Notify,
    open: Notify,
}

impl Gate {
    pub(super) async fn pass(&self) {
        self.arrived.notify_one();
        self.open.notified().await;
    }
}

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
        let fast = async {
            gate.arrived.notified().await;
            let answer = send(&client, &pair, &format!("/do/{fast}")).await;
            gate.open.notify_one();
            answer
        };
        let slow = format!("/slow/{slow}");
        let (slow, fast) = join!(send(&client, &pair, &slow), fast);
        Overlap { slow, fast }
    })
}

/// Runs on one thread, so that the log can be read, and with a time limit.
pub(super) fn run<T>(work: impl Future<Output = T>) -> T {
    let mut runtime = Builder::new_current_thread();
    let runtime = runtime.enable_all().build().expect("a runtime");
    let work = async { timeout(Duration::from_secs(60), work).await };
    runtime.block_on(work).expect("one waits for the other for ever")
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
