//! Two calls at once that must not disturb each other.

pub(crate) mod creates;
pub(crate) mod ends;
pub(crate) mod patches;
pub(crate) mod renames;

use session_runtime::store::Verdict;

const DONE: Verdict = Verdict::Done;
const FOLLOWED: Verdict = Verdict::Followed;
const GONE: Verdict = Verdict::Gone;
const TAKEN: Verdict = Verdict::Taken;
