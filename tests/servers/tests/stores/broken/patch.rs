//! Mistakes of a patch.

use session_runtime::store::{
    EMPTY_LIFETIME, Follow, Key, Loaded, Patch, Record, Store, StoreError, Verdict,
};
use tokio::task::yield_now;

use super::{Broken, Flaw, anew};

impl Broken {
    pub(super) async fn patches(
        &self,
        key: &Key,
        patch: &Patch,
        now: u64,
    ) -> Result<Verdict, StoreError> {
        let key = &self.key(key);
        let mut patch = patch.clone();
        patch.owner = patch.owner.map(|owner| owner.map(|owner| self.owner(&owner)));
        let now = match self.flaw {
            Flaw::PatchedASecondShort => now + 1,
            Flaw::PatchedASecondLate if self.session(key, now).await?.is_none() => now - 1,
            _ => now,
        };
        let Some(mut record) = self.session(key, now).await? else {
            if self.has(Flaw::PatchMakesASession) {
                let record = Record::new(patch.set, now, patch.expires);
                return self.memory.create(key, &record, None, now).await;
            }
            return self.follows(key, patch, now).await;
        };
        let mut left = record.clone();
        patch.apply(&mut left, now);
        let changes = patch.set.len() + patch.remove.len();
        match self.flaw {
            Flaw::PatchForgetsTheOwner => patch.owner = Some(patch.owner.flatten()),
            Flaw::PatchRestartsTheSession => {
                patch.apply(&mut record, now);
                record.created = now;
                return self.put(key, &record, now).await;
            }
            Flaw::PatchWritesValuesAnew => patch.set = anew(&patch.set),
            Flaw::RemovesAlikeNames => {
                let is_alike =
                    |name: &&String| patch.remove.iter().any(|other| other.trim() == name.trim());
                let alike: Vec<String> = record.fields.keys().filter(is_alike).cloned().collect();
                patch.remove.extend(alike);
            }
            Flaw::PatchHasALimit if changes > 400 => return Err(StoreError::new("too large")),
            Flaw::TouchIsForgotten if changes == 0 && patch.owner.is_none() => {
                return Ok(Verdict::Done);
            }
            Flaw::NeverShortens => patch.expires = patch.expires.max(record.expires),
            Flaw::SeenMovesBack => {
                left.seen = patch.seen;
                return self.put(key, &left, now).await;
            }
            Flaw::ExpiresMovesBack => patch.shortens = true,
            Flaw::NeverBeginsAnew => patch.created = None,
            Flaw::EmptyLivesOn | Flaw::PermanentIsAField
                if left.is_empty() && (self.has(Flaw::EmptyLivesOn) || !left.fields.is_empty()) =>
            {
                left.expires = patch.expires;
                return self.put(key, &left, now).await;
            }
            Flaw::EmptyByThePatch if patch.set.is_empty() && !patch.remove.is_empty() => {
                patch.shortens = true;
                patch.expires = patch.expires.min(now + EMPTY_LIFETIME);
            }
            Flaw::EmptyIsDecidedEarly if left.is_empty() => {
                yield_now().await;
                patch.shortens = true;
                patch.expires = patch.expires.min(now + EMPTY_LIFETIME);
            }
            Flaw::FilledStaysShort if record.is_empty() && !left.is_empty() => {
                patch.expires = patch.expires.min(record.expires);
            }
            Flaw::PatchReachesTheNextLate => {
                yield_now().await;
                patch.follow = Follow::Newest;
            }
            Flaw::ListForgetsTheFiled if matches!(patch.owner, Some(Some(_))) => {
                self.notes().keys.insert(*key);
            }
            Flaw::WritesTheWholeRecord => {
                yield_now().await;
                patch.apply(&mut record, now);
                return self.put(key, &record, now).await;
            }
            Flaw::RemovesLate if !patch.remove.is_empty() => {
                let mut sets = patch.clone();
                sets.remove.clear();
                let verdict = self.memory.patch(key, &sets, now).await?;
                if let Some(mut record) = self.session(key, now).await? {
                    yield_now().await;
                    patch.apply(&mut record, now);
                    return self.put(key, &record, now).await;
                }
                return Ok(verdict);
            }
            Flaw::PatchRevives => {
                yield_now().await;
                patch.apply(&mut record, now);
                if self.memory.patch(key, &patch, now).await? == Verdict::Gone {
                    return self.memory.create(key, &record, None, now).await;
                }
                return Ok(Verdict::Done);
            }
            Flaw::FilesInTwoSteps => {
                if let Some(owner) = &patch.owner {
                    self.notes().filed.insert(*key, owner.clone());
                    yield_now().await;
                    if owner.is_some() {
                        yield_now().await;
                    }
                }
            }
            Flaw::PatchesInTwoSteps if patch.set.len() > 1 => {
                let mut first = Patch::new(patch.seen, patch.expires);
                first.set.extend(patch.set.pop_first());
                if self.memory.patch(key, &first, now).await? == Verdict::Gone {
                    return Ok(Verdict::Gone);
                }
                yield_now().await;
            }
            _ => {}
        }
        self.memory.patch(key, &patch, now).await
    }

    /// A patch of a key under which there is no session.
    async fn follows(&self, key: &Key, mut patch: Patch, now: u64) -> Result<Verdict, StoreError> {
        let newest = self.newest(key);
        match self.flaw {
            Flaw::FollowsAsDone => {
                let verdict = self.memory.patch(key, &patch, now).await?;
                let followed = verdict == Verdict::Followed;
                return Ok(if followed { Verdict::Done } else { verdict });
            }
            Flaw::FollowsOnce => {
                let next = self.notes().next.get(key).copied();
                if next.is_some_and(|next| next != newest) {
                    return Ok(Verdict::Gone);
                }
            }
            Flaw::FollowingForgetsTheOwner => patch.owner = None,
            Flaw::FollowingForgetsRemovals => patch.remove.clear(),
            Flaw::RevivesWhereItLed => {
                let verdict = self.memory.patch(key, &patch, now).await?;
                if verdict == Verdict::Gone && newest != *key {
                    let record = Record::new(patch.set, now, patch.expires);
                    let _ = self.memory.create(&newest, &record, None, now).await?;
                }
                return Ok(verdict);
            }
            Flaw::PatchReachesTheNext => patch.follow = Follow::Newest,
            Flaw::NewestIsIgnored => patch.follow = Follow::Renames,
            Flaw::FollowsForEver if self.memory.load(key, now).await? == Loaded::Nothing => {
                let verdict = self.memory.patch(&newest, &patch, now).await?;
                return Ok(if verdict == Verdict::Done { Verdict::Followed } else { verdict });
            }
            Flaw::FollowsInTwoSteps => {
                yield_now().await;
                if self.newest(key) != newest {
                    return Ok(Verdict::Gone);
                }
            }
            _ => {}
        }
        self.memory.patch(key, &patch, now).await
    }
}
