//! The background task that deletes expired sessions.

use std::sync::Arc;
use std::time::Duration;

use rocket::Shutdown;

use crate::clock::Clock;
use crate::store::Store;

/// The longest that a purge may take. No request waits for it.
const PATIENCE: Duration = Duration::from_secs(60);

/// Purges at every interval until the server stops. A purge that fails is logged
/// and does not stop the next one.
pub(super) fn spawn(store: &Arc<dyn Store>, clock: Clock, every: Duration, shutdown: Shutdown) {
    // The task also ends if the application is dropped without a shutdown, as
    // happens in tests.
    let store = Arc::downgrade(store);
    rocket::tokio::spawn(async move {
        let mut stop = std::pin::pin!(shutdown);
        loop {
            rocket::tokio::select! {
                () = &mut stop => return,
                () = rocket::tokio::time::sleep(every) => {}
            }
            let Some(store) = store.upgrade() else { return };
            let now = clock.now();
            // Each purge runs in its own task, so that a panic ends only that purge.
            let mut purge = rocket::tokio::spawn(async move {
                rocket::tokio::time::timeout(PATIENCE, store.purge_expired(now)).await
            });
            let purged = rocket::tokio::select! {
                () = &mut stop => {
                    purge.abort();
                    return;
                }
                purged = &mut purge => purged,
            };
            match purged {
                Ok(Ok(Ok(0))) => {}
                Ok(Ok(Ok(count))) => log::debug!("{count} expired sessions were deleted."),
                Ok(Ok(Err(error))) => report(error),
                Ok(Err(_)) => report(format_args!("no answer within {PATIENCE:?}")),
                Err(error) => report(error),
            }
        }
    });
}

fn report(error: impl std::fmt::Display) {
    log::error!(
        "Could not delete expired sessions: {error}. They are no longer accepted; the next purge \
         tries again."
    );
}
