//! A contract that everything passes is worth nothing: each of these stores has
//! one mistake, and is found out by the promise that it breaks.

use session_runtime::store::contract::{Load, check_with};

use crate::broken::{Broken, Flaw};

const FOUND_OUT: &[(Flaw, &str)] = &[
    (Flaw::WritesValuesAnew, "a session comes back byte for byte"),
    (Flaw::CutsNamesAtNul, "a session comes back byte for byte"),
    (Flaw::CutsTimes, "times and owner come back"),
    (Flaw::CutsKeys, "every byte of a key counts"),
    (Flaw::AdoptsUnknownKeys, "an unknown session is not there"),
    (Flaw::CreateOverwrites, "a key is given once"),
    (Flaw::ListsTheDestroyed, "a destroyed session is not there"),
    (Flaw::DestroysTheFilled, "a session with other fields is not destroyed"),
    (Flaw::DestroysOnlyExactly, "a session with other fields is not destroyed"),
    (Flaw::PatchForgetsTheOwner, "a patch sets removes and leaves the rest"),
    (Flaw::PatchRestartsTheSession, "a patch sets removes and leaves the rest"),
    (Flaw::PatchWritesValuesAnew, "a patch takes any name"),
    (Flaw::RemovesAlikeNames, "a patch takes any name"),
    (Flaw::PatchHasALimit, "a patch has any size"),
    (Flaw::TouchIsForgotten, "a touch changes times only"),
    (Flaw::PatchMakesASession, "a patch makes no session"),
    (Flaw::RenameLeavesTheOld, "a renamed session is under the new key alone"),
    (Flaw::RenameForgetsThePatch, "a renamed session is under the new key alone"),
    (Flaw::ListForgetsTheRenamed, "a renamed session stays its owners"),
    (Flaw::RenameOverwrites, "a rename takes no key of another session"),
    (Flaw::RenameMakesASession, "a rename makes no session"),
    (Flaw::ListForgetsTheFiled, "a session is in the list of its owner alone"),
    (Flaw::ListIsStale, "a list tells the times"),
    (Flaw::OwnersAreAlike, "owners are told apart byte for byte"),
    (Flaw::AnEmptyTextIsNobody, "an owner may be an empty text"),
    (Flaw::TheKeptOneEnds, "owners are told apart byte for byte"),
    (Flaw::EndsTenAtMost, "all sessions of an owner end"),
    (Flaw::KeepsOnlyTheOwners, "all others of an owner end"),
    (Flaw::UnknownOwnersFail, "nobody has no sessions"),
    (Flaw::LoadedASecondShort, "a session is there in its last second"),
    (Flaw::PatchedASecondShort, "a session is there in its last second"),
    (Flaw::LoadedASecondLate, "a session is not there when it is over"),
    (Flaw::ListedASecondLate, "a session is not there when it is over"),
    (Flaw::PatchedASecondLate, "a session is not there when it is over"),
    (Flaw::NeverShortens, "a patch moves the last second"),
    (Flaw::HoldsKeysForEver, "a session that is over holds no key"),
    (Flaw::PurgesASecondShort, "purging ends what is over and nothing else"),
    (Flaw::ListsThePurged, "purging ends what is over and nothing else"),
    (Flaw::WritesTheWholeRecord, "every acknowledged write is there"),
    (Flaw::RemovesLate, "entries that come and go at once are all right"),
    (Flaw::PatchRevives, "a destroyed session never comes back"),
    (Flaw::RenameCopiesTheDestroyed, "a renamed session is destroyed or moved"),
    (Flaw::LooksThenDestroys, "a session that is filled is not destroyed"),
    (Flaw::RenameRevives, "no renamed session escapes its owners end"),
    (Flaw::ListsThenDestroys, "no renamed session escapes its owners end"),
    (Flaw::LooksThenCreates, "one of many creates is done"),
    (Flaw::RenameIsDoneTwice, "one of two renames is done"),
    (Flaw::LooksThenRenames, "one of two sessions gets a key"),
    (Flaw::RenameLosesPatches, "a patch during a rename is not lost"),
    (Flaw::RenameGoesByAThirdKey, "a session is under one key at every moment"),
    (Flaw::FilesInTwoSteps, "lists agree with sessions"),
    (Flaw::PatchesInTwoSteps, "a dropped call has happened or not"),
    (Flaw::DroppedListsBlock, "a dropped call leaves the store usable"),
];

/// What is found broken, if something is.
async fn broken(flaw: Flaw) -> Option<String> {
    let load = Load::default().writers(8).rounds(20).races(1_000);
    let check = tokio::spawn(check_with(Broken::new(flaw), load));
    let panic = check.await.err()?.into_panic();
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    Some(text.or_else(|| panic.downcast_ref::<String>().cloned()).expect("a message"))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_broken_store_is_found_out() {
    let mut escaped = Vec::new();
    for (flaw, promise) in FOUND_OUT {
        let found = broken(*flaw).await;
        let expected = format!("The store breaks its promise \"{promise}\": ");
        if !found.as_ref().is_some_and(|found| found.starts_with(&expected)) {
            escaped.push(format!("{flaw:?} should break \"{promise}\": {found:?}"));
        }
    }
    assert!(escaped.is_empty(), "{}", escaped.join("\n"));
}

/// Or the wrapper would be what is found out.
#[tokio::test(flavor = "multi_thread")]
async fn the_store_without_a_mistake_is_not() {
    assert_eq!(broken(Flaw::None).await, None);
}

#[tokio::test]
async fn a_runtime_with_one_thread_is_refused() {
    let found = broken(Flaw::None).await.unwrap();
    assert!(found.contains("#[tokio::test(flavor = \"multi_thread\")]"), "{found}");
}
