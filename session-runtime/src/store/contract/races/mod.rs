//! Two calls at once that must not disturb each other.

pub(super) mod creates;
pub(super) mod ends;
pub(super) mod patches;
pub(super) mod renames;

use crate::store::Verdict;

const DONE: Verdict = Verdict::Done;
const FOLLOWED: Verdict = Verdict::Followed;
const GONE: Verdict = Verdict::Gone;
const TAKEN: Verdict = Verdict::Taken;
