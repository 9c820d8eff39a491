//! Mistakes of a rename.

use session_runtime::store::{Key, Patch, Record, Store, StoreError, Verdict};
use tokio::task::yield_now;

use super::{Broken, Flaw};

impl Broken {
    pub(super) async fn renames(
        &self,
        old: &Key,
        new: &Key,
        patch: &Patch,
        now: u64,
    ) -> Result<Verdict, StoreError> {
        let (old, new) = (&self.key(old), &self.key(new));
        let Some(mut record) = self.session(old, now).await? else {
            if self.has(Flaw::RenameMakesASession) {
                let record = Record::new(patch.set.clone(), now, patch.expires);
                let _ = self.memory.create(new, &record, None, now).await?;
            }
            if self.has(Flaw::RenameFollows) {
                return self.memory.rename(&self.newest(old), new, patch, now).await;
            }
            return Ok(Verdict::Gone);
        };
        match self.flaw {
            Flaw::RenameLeavesTheOld => {
                patch.apply(&mut record, now);
                return self.memory.create(new, &record, None, now).await;
            }
            Flaw::RenameForgetsThePatch => {
                let touch = Patch::new(patch.seen, patch.expires);
                return self.memory.rename(old, new, &touch, now).await;
            }
            Flaw::ListForgetsTheRenamed => drop(self.notes().keys.insert(*new)),
            Flaw::RenameOverwrites => drop(self.memory.destroy(new, None, now).await?),
            Flaw::RenameCopiesTheDestroyed | Flaw::RenameRevives => {
                yield_now().await;
                let verdict = self.memory.rename(old, new, patch, now).await?;
                if verdict == Verdict::Gone {
                    patch.apply(&mut record, now);
                    let revived = self.memory.create(new, &record, None, now).await?;
                    return Ok(if self.has(Flaw::RenameRevives) { revived } else { verdict });
                }
                return Ok(verdict);
            }
            // So that these calls meet.
            Flaw::FollowsInTwoSteps | Flaw::FollowsThenEnds | Flaw::LooksThenKeeps => {
                yield_now().await;
            }
            Flaw::ReplaceMissesTheRenamed => drop(self.notes().keys.insert(*old)),
            Flaw::RenameIsDoneTwice => {
                yield_now().await;
                let verdict = self.memory.rename(old, new, patch, now).await?;
                let was_renamed = match verdict {
                    Verdict::Done => !self.notes().keys.insert(*old),
                    _ => self.notes().keys.contains(old),
                };
                return Ok(if was_renamed { Verdict::Done } else { verdict });
            }
            Flaw::LooksThenRenames => {
                if self.session(new, now).await?.is_some() {
                    return Ok(Verdict::Taken);
                }
                yield_now().await;
                self.memory.destroy(new, None, now).await?;
            }
            Flaw::RenameLosesPatches => {
                yield_now().await;
                let verdict = self.memory.rename(old, new, patch, now).await?;
                patch.apply(&mut record, now);
                let mut loses = Patch::new(patch.seen, patch.expires);
                let renamed = self.session(new, now).await?.unwrap_or(record.clone());
                let names = renamed.fields.into_keys();
                loses.remove = names.filter(|name| !record.fields.contains_key(name)).collect();
                if verdict == Verdict::Done {
                    let _ = self.memory.patch(new, &loses, now).await?;
                }
                return Ok(verdict);
            }
            Flaw::RenameGoesByAThirdKey => {
                if self.session(new, now).await?.is_some() {
                    return Ok(Verdict::Taken);
                }
                let mut third = *old.as_bytes();
                third[31] ^= 1;
                let third = Key::from_bytes(third);
                let touch = Patch::new(patch.seen, patch.expires);
                if self.memory.rename(old, &third, patch, now).await? != Verdict::Done {
                    return Ok(Verdict::Gone);
                }
                yield_now().await;
                let verdict = self.memory.rename(&third, new, &touch, now).await?;
                if verdict == Verdict::Taken {
                    let _ = self.memory.rename(&third, old, &touch, now).await?;
                }
                return Ok(verdict);
            }
            _ => {}
        }
        self.memory.rename(old, new, patch, now).await
    }
}
