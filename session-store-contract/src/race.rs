//! Calls that run at once.

use std::panic::resume_unwind;
use std::sync::Arc;

use session_runtime::store::Store;
use tokio::task::{JoinError, JoinSet, yield_now};

use crate::trial::Trial;

/// How many races run at the same time: a store that answers over a network is
/// then busy with all of them.
const BESIDE: usize = 64;

/// Every tenth race runs alone, and these come first: calls into a store in the
/// process are so short that they overlap only on idle threads.
const ALONE: usize = 10;

/// Runs a race many times, each on sessions of its own.
pub(crate) async fn race<S, F>(
    trial: &Arc<Trial<S>>,
    rounds: usize,
    round: impl Fn(Arc<Trial<S>>, usize) -> F,
) where
    S: Store,
    F: Future<Output = ()> + Send + 'static,
{
    let mut running = JoinSet::new();
    for order in 0..rounds {
        let beside = if order < rounds / ALONE { 1 } else { BESIDE };
        if running.len() == beside
            && let Some(race) = running.join_next().await
        {
            ended(race);
        }
        let own = trial.fork();
        let race = round(Arc::clone(&own), order);
        running.spawn(async move {
            race.await;
            own.clean().await;
        });
    }
    while let Some(race) = running.join_next().await {
        ended(race);
    }
}

/// Runs two calls at once: in either order, and with either one started a bit
/// later.
pub(crate) async fn both<A, B>(
    order: usize,
    first: impl Future<Output = A> + Send + 'static,
    second: impl Future<Output = B> + Send + 'static,
) -> (A, B)
where
    A: Send + 'static,
    B: Send + 'static,
{
    let (first, second) = (later(order / 2 % 4, first), later(order / 8 % 4, second));
    if order.is_multiple_of(2) {
        let (first, second) = (tokio::spawn(first), tokio::spawn(second));
        (ended(first.await), ended(second.await))
    } else {
        let (second, first) = (tokio::spawn(second), tokio::spawn(first));
        (ended(first.await), ended(second.await))
    }
}

async fn later<T>(turns: usize, call: impl Future<Output = T>) -> T {
    for _ in 0..turns {
        yield_now().await;
    }
    call.await
}

/// What a task returned. If the task panicked because a promise is broken, this
/// panics too.
pub(crate) fn ended<T>(task: Result<T, JoinError>) -> T {
    task.unwrap_or_else(|error| match error.try_into_panic() {
        Ok(panic) => resume_unwind(panic),
        Err(error) => panic!("A task of the check did not end: {error}"),
    })
}
