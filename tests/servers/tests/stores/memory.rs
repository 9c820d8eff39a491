//! Sessions in this process.

use session_runtime::store::Memory;

#[tokio::test(flavor = "multi_thread")]
async fn keeps_the_contract() {
    session_store_contract::check(Memory::new()).await;
}

/// With one shard, in which every call waits for every other. A larger store has
/// two.
#[tokio::test(flavor = "multi_thread")]
async fn keeps_the_contract_with_room_for_few() {
    let load = session_store_contract::Load::default().rounds(100).races(1_000);
    session_store_contract::check_with(Memory::new().capacity(1_999), load).await;
}
