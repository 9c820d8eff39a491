//! Sessions in this process.

use session_runtime::store::{Memory, contract};

#[tokio::test(flavor = "multi_thread")]
async fn keeps_the_contract() {
    contract::check(Memory::new()).await;
}

/// One shard, in which everything waits for everything.
#[tokio::test(flavor = "multi_thread")]
async fn keeps_the_contract_with_room_for_few() {
    let load = contract::Load::default().rounds(100).races(1_000);
    contract::check_with(Memory::new().capacity(500), load).await;
}
