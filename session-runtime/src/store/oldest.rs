//! Which of an owner's sessions end when there are too many.

use std::cmp::Reverse;

use super::{Listed, Store, StoreError};

/// Moves the sessions that end to the back of the list, and returns them.
pub(super) fn beyond(most: usize, sessions: &mut [Listed]) -> &[Listed] {
    sessions.sort_by_key(|one| Reverse((one.seen, one.created, one.key)));
    sessions.get(most..).unwrap_or_default()
}

/// Ends an owner's oldest sessions, in a step for each. Calls that overlap sort the
/// sessions alike, so none of them ends one that another call has counted as left.
pub(super) async fn end_each<S: Store + ?Sized>(
    store: &S,
    owner: &str,
    most: usize,
    now: u64,
) -> Result<u64, StoreError> {
    let mut sessions = store.list(owner, now).await?;
    let mut count = 0;
    for session in beyond(most, &mut sessions) {
        count += u64::from(store.destroy(&session.key, Some(owner), now).await?);
    }
    Ok(count)
}
