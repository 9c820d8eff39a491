//! A contract that everything passes is worth nothing: each of these stores has
//! one mistake, and is found out by the promise that it breaks.

use session_store_contract::{Load, check_alone, check_with};

use crate::broken::{Broken, Flaw};

const FOUND_OUT: &[(Flaw, &str)] = &[
    (Flaw::WritesValuesAnew, "a session comes back byte for byte"),
    (Flaw::CutsNamesAtNul, "a session comes back byte for byte"),
    (Flaw::CutsTimes, "times and owner come back"),
    (Flaw::CutsKeys, "every byte of a key counts"),
    (Flaw::AdoptsUnknownKeys, "an unknown session is not there"),
    (Flaw::EndsWhatIsNotThere, "an unknown session is not there"),
    (Flaw::CreateOverwrites, "a key is given once"),
    (Flaw::NeverSaysThatItEnds, "a destroyed session is not there"),
    (Flaw::ListsTheDestroyed, "a destroyed session is not there"),
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
    (Flaw::EndsTheNewest, "the oldest sessions of an owner end"),
    (Flaw::LeavesOneTooMany, "the oldest sessions of an owner end"),
    (Flaw::CountsTheExpired, "the oldest sessions of an owner end"),
    (Flaw::EndsTheEarlierCreatedLast, "the oldest sessions of an owner end"),
    (Flaw::EndsTheOldestUnremembered, "the oldest sessions of an owner end"),
    (Flaw::SeenMovesBack, "a patch moves times forward only"),
    (Flaw::ExpiresMovesBack, "a patch moves times forward only"),
    (Flaw::NeverBeginsAnew, "a patch moves times forward only"),
    (Flaw::LoadedASecondShort, "a session is there in its last second"),
    (Flaw::PatchedASecondShort, "a session is there in its last second"),
    (Flaw::LoadedASecondLate, "an expired session is not there"),
    (Flaw::ListedASecondLate, "an expired session is not there"),
    (Flaw::PatchedASecondLate, "an expired session is not there"),
    (Flaw::NeverShortens, "a patch moves the last second"),
    (Flaw::EmptyLivesOn, "a session left empty expires within an hour"),
    (Flaw::PermanentIsAField, "a session left empty expires within an hour"),
    (Flaw::EmptyByThePatch, "what is left decides whether a session is empty"),
    (Flaw::FilledStaysShort, "a session filled again lives on"),
    (Flaw::HoldsKeysForEver, "an expired session holds no key"),
    (Flaw::PurgesASecondShort, "purging ends expired sessions and no others"),
    (Flaw::ListsThePurged, "purging ends expired sessions and no others"),
    (Flaw::FollowsAsDone, "a patch follows renames"),
    (Flaw::FollowsOnce, "a patch follows renames"),
    (Flaw::FollowingForgetsTheOwner, "a patch follows renames"),
    (Flaw::FollowingForgetsRemovals, "a patch follows renames"),
    (Flaw::EndsOnlyTheExactKey, "an end follows renames"),
    (Flaw::RevivesWhereItLed, "a patch reaches no ended session"),
    (Flaw::RenameFollows, "a rename does not follow"),
    (Flaw::CreateLeavesTheOld, "a create in place ends the session before"),
    (Flaw::CreateDoesNotFollow, "a create in place ends the session before"),
    (Flaw::CreateCopiesFields, "a create in place ends the session before"),
    (Flaw::CreateNeedsAKnownKey, "a create in place of an unknown key is a create"),
    (Flaw::TakenEndsTheOld, "a create in place that is taken changes nothing"),
    (Flaw::EndedKeysLeadNowhere, "an ended key leads to the session in its place"),
    (Flaw::PatchReachesTheNext, "a patch reaches the next session only on request"),
    (Flaw::NewestIsIgnored, "a patch reaches the next session only on request"),
    (Flaw::EndsOnlyTheRenamed, "an end follows creates in place"),
    (Flaw::EndsForAnyOwner, "an end for an owner ends only the owners"),
    (Flaw::EndsForAnOwnerExactly, "an end for an owner ends only the owners"),
    (Flaw::KeepsOnlyTheExactKey, "the session that a kept key leads to stays"),
    (Flaw::ForgetsRenamedKeys, "a renamed key is remembered for an hour"),
    (Flaw::RemembersASecondShort, "a renamed key is remembered for an hour"),
    (Flaw::RemembersForEver, "a renamed key is remembered for an hour"),
    (Flaw::ForgetsDestroyedKeys, "an ended key is remembered for an hour"),
    (Flaw::ForgetsKeysOfOwners, "an ended key is remembered for an hour"),
    (Flaw::ForgetsReplacedKeys, "an ended key is remembered for an hour"),
    (Flaw::RemembersTheExpired, "an expired key is not remembered"),
    (Flaw::FollowsForEver, "after an hour no key leads on"),
    (Flaw::PurgeForgetsKeys, "purging forgets no key too early"),
    (Flaw::WritesTheWholeRecord, "every acknowledged write is there"),
    (Flaw::RemovesLate, "entries that come and go at once are all right"),
    (Flaw::PatchRevives, "a destroyed session never comes back"),
    (Flaw::RenameCopiesTheDestroyed, "a renamed session does not escape its end"),
    (Flaw::RenameRevives, "a renamed session does not escape its end"),
    (Flaw::FollowsThenEnds, "a renamed session does not escape its end"),
    (Flaw::ListsThenDestroys, "no renamed session escapes its owners end"),
    (Flaw::ToldTwice, "one of two ends is told of it"),
    (Flaw::LooksThenEndsForAnOwner, "an end for an owner spares what another one got"),
    (Flaw::LooksThenKeeps, "a kept session that is renamed stays"),
    (Flaw::EndHidesTheNext, "a create in place beside an end is whole"),
    (Flaw::EndsThenCreates, "a create in place beside an end is whole"),
    (Flaw::CountsThenEnds, "sign ins at once leave exactly as many sessions"),
    (Flaw::LooksThenCreates, "one of many creates is done"),
    (Flaw::ReplacesTheFirstFound, "one of two creates in place is left"),
    (
        Flaw::PatchReachesTheNextLate,
        "a patch during a create in place reaches the old session alone",
    ),
    (Flaw::ReplaceMissesTheRenamed, "a renamed session does not escape a create in place"),
    (Flaw::RenameIsDoneTwice, "one of two renames is done"),
    (Flaw::LooksThenRenames, "one of two sessions gets a key"),
    (Flaw::RenameGoesByAThirdKey, "a session is under one key at every moment"),
    (Flaw::RenameLosesPatches, "a patch during renames is not lost"),
    (Flaw::FollowsInTwoSteps, "a patch during renames is not lost"),
    (Flaw::EmptyIsDecidedEarly, "what two patches leave decides how long it lives"),
    (Flaw::FilesInTwoSteps, "lists agree with sessions"),
    (Flaw::PatchesInTwoSteps, "a dropped call has happened or not"),
    (Flaw::DroppedListsBlock, "a dropped call leaves the store usable"),
];

/// What `check_alone` finds out.
const FOUND_OUT_ALONE: &[(Flaw, &str)] = &[
    (Flaw::CountsOwnersTwice, "a count counts what is there"),
    (Flaw::CountsAllExpired, "a count counts what is there"),
    (Flaw::AllEndUnremembered, "an end of all ends every session"),
    (Flaw::AllButTheRenamedEnd, "no renamed session escapes the end of all"),
];

/// A race is lost by chance. What escapes a few of them has to lose many.
const RACES: [usize; 5] = [50, 500, 2_000, 8_000, 32_000];

/// Which promise is found broken within that many races, if any.
async fn broken(flaw: Flaw, races: usize) -> Option<String> {
    let load = Load::default().writers(8).rounds(20).races(races);
    let is_alone = FOUND_OUT_ALONE.iter().any(|(alone, _)| *alone == flaw);
    let check = async move {
        if is_alone || flaw == Flaw::None {
            check_alone(Broken::new(flaw), load).await;
        }
        check_with(Broken::new(flaw), load).await;
    };
    let check = tokio::spawn(check);
    let panic = check.await.err()?.into_panic();
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    Some(text.or_else(|| panic.downcast_ref::<String>().cloned()).expect("a message"))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_broken_store_is_found_out() {
    let mut escaped = Vec::new();
    for (flaw, promise) in FOUND_OUT_ALONE.iter().chain(FOUND_OUT) {
        let expected = format!("The store breaks its promise \"{promise}\": ");
        let is_expected = |found: &Option<String>| {
            found.as_ref().is_some_and(|found| found.starts_with(&expected))
        };
        let mut found = None;
        for races in RACES {
            found = broken(*flaw, races).await;
            // After the first few, a promise further down may have been luckier.
            if is_expected(&found) || found.is_some() && races > RACES[0] {
                break;
            }
        }
        if !is_expected(&found) {
            escaped.push(format!("{flaw:?} should break \"{promise}\": {found:?}"));
        }
    }
    assert!(escaped.is_empty(), "{}", escaped.join("\n"));
}

/// Or the wrapper would be what is found out.
#[tokio::test(flavor = "multi_thread")]
async fn the_store_without_a_mistake_is_not() {
    assert_eq!(broken(Flaw::None, RACES[1]).await, None);
}

#[tokio::test]
async fn a_runtime_with_one_thread_is_refused() {
    let found = broken(Flaw::None, RACES[0]).await.unwrap();
    assert!(found.contains("#[tokio::test(flavor = \"multi_thread\")]"), "{found}");
}
