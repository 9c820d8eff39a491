//! Which of an owner's sessions end when there are too many.

use std::cmp::Reverse;

use super::{Key, Listed, Store, StoreError};

/// Moves the sessions that end to the back of the list, and returns them. The one under
/// `keep` is the last to end.
pub(super) fn beyond(most: usize, keep: Option<Key>, sessions: &mut [Listed]) -> &[Listed] {
    sessions.sort_by_key(|one| Reverse((Some(one.key) == keep, one.seen, one.created, one.key)));
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
    for session in beyond(most, None, &mut sessions) {
        count += u64::from(store.destroy(&session.key, Some(owner), now).await?);
    }
    Ok(count)
}
