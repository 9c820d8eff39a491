//! Two requests that overlap in a known order.

use std::time::Duration;

use rocket::tokio::runtime::Builder;
use rocket::tokio::sync::Notify;
use rocket::tokio::time::timeout;

/// Where a slow request waits for a fast one.
#[derive(Debug, Default)]
pub struct Gate {
    arrived: Notify,
    open: Notify,
}

impl Gate {
    /// The slow request waits here.
    pub async fn pass(&self) {
        self.arrived.notify_one();
        self.open.notified().await;
    }

    /// Makes the fast request once the slow one waits, and then lets that one go on.
    pub async fn meanwhile<T>(&self, fast: impl Future<Output = T>) -> T {
        self.arrived.notified().await;
        let answer = fast.await;
        self.open.notify_one();
        answer
    }
}

/// Runs on one thread, so that the log can be read, and with a time limit.
///
/// # Panics
///
/// If the work takes a minute: one request then waits for the other for ever.
pub fn run<T>(work: impl Future<Output = T>) -> T {
    let mut runtime = Builder::new_current_thread();
    let runtime = runtime.enable_all().build().expect("a runtime");
    let work = async { timeout(Duration::from_secs(60), work).await };
    runtime.block_on(work).expect("one waits for the other for ever")
}
