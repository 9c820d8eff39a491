//! Mistakes of an end.

use std::cmp::Reverse;

use session_runtime::store::{Count, Key, Listed, Store, StoreError};
use tokio::task::yield_now;

use super::{Broken, Flaw, ghost};

impl Broken {
    pub(super) async fn destroys(
        &self,
        key: &Key,
        owner: Option<&str>,
        now: u64,
    ) -> Result<bool, StoreError> {
        let (key, owner) = (&self.key(key), owner.map(|owner| self.owner(owner)));
        let (newest, mut owner) = (self.newest(key), owner.as_deref());
        let found = self.session(key, now).await?;
        match self.flaw {
            Flaw::ListsTheDestroyed => {
                let ghost = found.and_then(|record| ghost(*key, &record));
                self.notes().ghosts.extend(ghost);
            }
            Flaw::EndsWhatIsNotThere => {
                self.memory.destroy(key, owner, now).await?;
                return Ok(true);
            }
            Flaw::NeverSaysThatItEnds => {
                self.memory.destroy(key, owner, now).await?;
                return Ok(false);
            }
            Flaw::EndsOnlyTheExactKey if found.is_none() => return Ok(false),
            Flaw::EndsForAnOwnerExactly if found.is_none() && owner.is_some() => return Ok(false),
            Flaw::EndsForAnyOwner => owner = None,
            Flaw::EndsOnlyTheRenamed => {
                let mut keys = vec![*key];
                while let Some(next) = self.notes().next.get(&keys[keys.len() - 1]) {
                    keys.push(*next);
                }
                if keys.iter().any(|key| self.notes().keys.contains(key)) {
                    return Ok(false);
                }
            }
            Flaw::FollowsThenEnds => {
                yield_now().await;
                if self.newest(key) != newest {
                    return Ok(false);
                }
            }
            Flaw::ToldTwice => {
                let was_there = self.leads(key, now).await?.is_some();
                yield_now().await;
                let is_theirs = self.memory.destroy(key, owner, now).await?;
                return Ok(is_theirs || was_there && owner.is_none());
            }
            Flaw::LooksThenEndsForAnOwner => {
                let record = self.session(&newest, now).await?;
                if owner.is_some() && record.and_then(|record| record.owner).as_deref() != owner {
                    return Ok(false);
                }
                yield_now().await;
                owner = None;
            }
            _ => {}
        }
        let ended = self.memory.destroy(key, owner, now).await?;
        if ended && self.has(Flaw::ForgetsDestroyedKeys) {
            self.notes().forgotten.insert(newest);
        }
        Ok(ended)
    }

    pub(super) async fn destroys_all_of(&self, owner: &str, now: u64) -> Result<u64, StoreError> {
        let owner = &self.owner(owner);
        let list = self.memory.list(owner, 0).await?;
        match self.flaw {
            Flaw::EndsTenAtMost if list.len() > 10 => {
                for session in &list[..10] {
                    self.memory.destroy(&session.key, None, now).await?;
                }
                Ok(list.len() as u64)
            }
            Flaw::ListsThenDestroys => {
                yield_now().await;
                self.destroy_exactly(&list, now).await?;
                Ok(list.len() as u64)
            }
            Flaw::ForgetsKeysOfOwners => {
                self.notes().forgotten.extend(list.iter().map(|one| one.key));
                self.memory.destroy_all_of(owner, now).await
            }
            Flaw::EndHidesTheNext => {
                let count = self.memory.destroy_all_of(owner, now).await?;
                yield_now().await;
                let next = self.memory.list(owner, now).await?;
                self.notes().keys.extend(next.iter().map(|one| one.key));
                Ok(count)
            }
            _ => self.memory.destroy_all_of(owner, now).await,
        }
    }

    pub(super) async fn destroys_others_of(
        &self,
        owner: &str,
        keep: &Key,
        now: u64,
    ) -> Result<u64, StoreError> {
        let (owner, keep) = (&self.owner(owner), &self.key(keep));
        let list = self.memory.list(owner, 0).await?;
        match self.flaw {
            Flaw::TheKeptOneEnds => {
                Ok(self.memory.destroy_all_of(owner, now).await?.saturating_sub(1))
            }
            Flaw::KeepsOnlyTheOwners if list.iter().all(|session| session.key != *keep) => Ok(0),
            Flaw::UnknownOwnersFail if list.is_empty() => Err(StoreError::new("no such owner")),
            Flaw::KeepsOnlyTheExactKey if self.session(keep, now).await?.is_none() => {
                self.memory.destroy_all_of(owner, now).await
            }
            Flaw::LooksThenKeeps => {
                let kept = self.leads(keep, now).await?.unwrap_or(*keep);
                yield_now().await;
                let list = self.memory.list(owner, now).await?;
                let mut count = 0;
                for session in list.iter().filter(|one| one.key != kept) {
                    count += u64::from(self.memory.destroy(&session.key, None, now).await?);
                }
                Ok(count)
            }
            _ => self.memory.destroy_others_of(owner, keep, now).await,
        }
    }

    pub(super) async fn destroys_oldest_of(
        &self,
        owner: &str,
        keep: &Key,
        most: usize,
        now: u64,
    ) -> Result<u64, StoreError> {
        let (owner, keep) = (&self.owner(owner), &self.key(keep));
        let is_expired = |one: &Listed| one.expires < now;
        let mut list = self.memory.list(owner, 0).await?;
        let counts_expired = self.has(Flaw::CountsTheExpired);
        list.retain(|one| counts_expired || !is_expired(one));
        list.sort_by_key(|one| Reverse((one.seen, one.created)));
        match self.flaw {
            Flaw::EndsTheNewest => list.reverse(),
            Flaw::CountsTheExpired => {}
            Flaw::EndsTheEarlierCreatedLast => {
                list.sort_by_key(|one| (Reverse(one.seen), one.created));
            }
            Flaw::EndsTheOldestUnremembered => {
                let ended = list.iter().skip(most).map(|one| one.key);
                self.notes().forgotten.extend(ended);
            }
            Flaw::LeavesOneTooMany => {
                return self.memory.destroy_oldest_of(owner, keep, most + 1, now).await;
            }
            Flaw::CountsThenEnds => {
                let surplus = list.len().saturating_sub(most);
                yield_now().await;
                let left = self.memory.list(owner, now).await?.len().saturating_sub(surplus);
                return self.memory.destroy_oldest_of(owner, keep, left, now).await;
            }
            _ => return self.memory.destroy_oldest_of(owner, keep, most, now).await,
        }
        let mut count = 0;
        for session in list.iter().skip(most) {
            count += u64::from(self.memory.destroy(&session.key, None, now).await?);
        }
        Ok(count)
    }

    pub(super) async fn counts(&self, now: u64) -> Result<Count, StoreError> {
        let now = if self.has(Flaw::CountsAllExpired) { 0 } else { now };
        let mut count = self.memory.count(now).await?;
        if self.has(Flaw::CountsOwnersTwice) {
            count.owners = count.sessions;
        }
        Ok(count)
    }

    pub(super) async fn destroys_all(&self, now: u64) -> Result<u64, StoreError> {
        let made: Vec<Key> = self.notes().made.iter().copied().collect();
        match self.flaw {
            Flaw::AllEndUnremembered => self.notes().forgotten.extend(made),
            Flaw::AllButTheRenamedEnd => {
                let mut count = 0;
                for key in made {
                    if self.session(&key, now).await?.is_some() {
                        yield_now().await;
                        let is_there = self.session(&key, now).await?.is_some();
                        count += u64::from(is_there);
                        if is_there {
                            self.memory.destroy(&key, None, now).await?;
                        }
                    }
                }
                return Ok(count);
            }
            _ => {}
        }
        self.memory.destroy_all(now).await
    }

    /// Without following those that were renamed since they were listed.
    async fn destroy_exactly(&self, list: &[Listed], now: u64) -> Result<(), StoreError> {
        for session in list {
            if self.session(&session.key, now).await?.is_some() {
                self.memory.destroy(&session.key, None, now).await?;
            }
        }
        Ok(())
    }
}
