//! The mistakes.

/// What is wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
    None,
    // Sessions.
    WritesValuesAnew,
    CutsNamesAtNul,
    CutsTimes,
    CutsKeys,
    AdoptsUnknownKeys,
    CreateOverwrites,
    ListsTheDestroyed,
    DestroysTheFilled,
    DestroysOnlyExactly,
    // Patches.
    PatchForgetsTheOwner,
    PatchRestartsTheSession,
    PatchWritesValuesAnew,
    RemovesAlikeNames,
    PatchHasALimit,
    TouchIsForgotten,
    PatchMakesASession,
    // Renames.
    RenameLeavesTheOld,
    RenameForgetsThePatch,
    ListForgetsTheRenamed,
    RenameOverwrites,
    RenameMakesASession,
    // Owners.
    ListForgetsTheFiled,
    ListIsStale,
    OwnersAreAlike,
    AnEmptyTextIsNobody,
    TheKeptOneEnds,
    EndsTenAtMost,
    KeepsOnlyTheOwners,
    UnknownOwnersFail,
    // Expiry.
    LoadedASecondShort,
    PatchedASecondShort,
    LoadedASecondLate,
    ListedASecondLate,
    PatchedASecondLate,
    NeverShortens,
    HoldsKeysForEver,
    PurgesASecondShort,
    ListsThePurged,
    // Calls at once. Those with two steps wait between them.
    WritesTheWholeRecord,
    RemovesLate,
    PatchRevives,
    RenameCopiesTheDestroyed,
    LooksThenDestroys,
    RenameRevives,
    ListsThenDestroys,
    LooksThenCreates,
    RenameIsDoneTwice,
    LooksThenRenames,
    RenameLosesPatches,
    RenameGoesByAThirdKey,
    FilesInTwoSteps,
    // Calls that are dropped.
    PatchesInTwoSteps,
    DroppedListsBlock,
}
