//! Mistakes of a patch.

use session_runtime::store::{Key, Patch, Record, Store, StoreError, Verdict};
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
            Flaw::PatchedASecondLate => now - 1,
            _ => now,
        };
        let Some(mut record) = self.memory.load(key, now).await? else {
            if self.has(Flaw::PatchMakesASession) {
                let record = Record::new(patch.set, now, patch.expires);
                return self.memory.create(key, &record, now).await;
            }
            return Ok(Verdict::Gone);
        };
        let changes = patch.set.len() + patch.remove.len();
        match self.flaw {
            Flaw::PatchForgetsTheOwner => patch.owner = Some(patch.owner.flatten()),
            Flaw::PatchRestartsTheSession => {
                patch.apply(&mut record);
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
            Flaw::ListForgetsTheFiled if matches!(patch.owner, Some(Some(_))) => {
                self.notes().keys.insert(*key);
            }
            Flaw::WritesTheWholeRecord => {
                yield_now().await;
                patch.apply(&mut record);
                return self.put(key, &record, now).await;
            }
            Flaw::RemovesLate if !patch.remove.is_empty() => {
                let mut sets = patch.clone();
                sets.remove.clear();
                let verdict = self.memory.patch(key, &sets, now).await?;
                if let Some(mut record) = self.memory.load(key, now).await? {
                    yield_now().await;
                    patch.apply(&mut record);
                    return self.put(key, &record, now).await;
                }
                return Ok(verdict);
            }
            Flaw::PatchRevives => {
                yield_now().await;
                patch.apply(&mut record);
                if self.memory.patch(key, &patch, now).await? == Verdict::Gone {
                    return self.memory.create(key, &record, now).await;
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
}
