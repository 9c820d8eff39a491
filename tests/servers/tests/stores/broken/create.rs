//! Mistakes of a create.

use session_runtime::store::{Key, Loaded, Record, Store, StoreError, Verdict};
use tokio::task::yield_now;

use super::{Broken, Flaw, anew};

impl Broken {
    pub(super) async fn creates(
        &self,
        key: &Key,
        record: &Record,
        in_place_of: Option<&Key>,
        now: u64,
    ) -> Result<Verdict, StoreError> {
        let (key, old) = (&self.key(key), in_place_of.map(|old| self.key(old)));
        let mut record = record.clone();
        record.owner = record.owner.map(|owner| self.owner(&owner));
        match self.flaw {
            Flaw::WritesValuesAnew => record.fields = anew(&record.fields),
            Flaw::CutsNamesAtNul => {
                let cut = |(name, json): (String, String)| {
                    (name.split('\0').next().unwrap_or_default().to_owned(), json)
                };
                record.fields = record.fields.into_iter().map(cut).collect();
            }
            Flaw::CutsTimes => record.expires %= 1 << 32,
            Flaw::CreateOverwrites => drop(self.memory.destroy(key, None, now).await?),
            Flaw::AnEmptyTextIsNobody => {
                record.owner = record.owner.filter(|owner| owner != "\"\"")
            }
            Flaw::HoldsKeysForEver if self.ever(key).await?.is_some() => return Ok(Verdict::Taken),
            Flaw::LooksThenCreates => {
                if self.session(key, now).await?.is_some() {
                    return Ok(Verdict::Taken);
                }
                yield_now().await;
                self.memory.destroy(key, None, now).await?;
            }
            Flaw::ListsThePurged => drop(self.notes().keys.insert(*key)),
            _ => {}
        }
        match old {
            Some(old) => self.replaces(key, record, &old, now).await,
            None => self.memory.create(key, &record, None, now).await,
        }
    }

    /// In place of a key.
    async fn replaces(
        &self,
        key: &Key,
        mut record: Record,
        old: &Key,
        now: u64,
    ) -> Result<Verdict, StoreError> {
        let newest = self.newest(old);
        let before = self.session(&newest, now).await?;
        let is_known = self.memory.load(old, now).await? != Loaded::Nothing;
        let mut in_place_of = Some(old);
        match self.flaw {
            Flaw::CreateLeavesTheOld => in_place_of = None,
            Flaw::CreateDoesNotFollow if newest != *old => in_place_of = None,
            Flaw::CreateCopiesFields => {
                for (name, json) in before.iter().flat_map(|before| &before.fields) {
                    record.fields.entry(name.clone()).or_insert(json.clone());
                }
            }
            Flaw::CreateNeedsAKnownKey if !is_known => return Ok(Verdict::Gone),
            Flaw::TakenEndsTheOld => drop(self.memory.destroy(old, None, now).await?),
            Flaw::EndedKeysLeadNowhere if before.is_none() => in_place_of = None,
            Flaw::EndsThenCreates => {
                if self.session(key, now).await?.is_some() {
                    return Ok(Verdict::Taken);
                }
                self.memory.destroy(old, None, now).await?;
                yield_now().await;
            }
            Flaw::ReplacesTheFirstFound | Flaw::ReplaceMissesTheRenamed if before.is_some() => {
                yield_now().await;
                let renamed = self.notes().keys.contains(&newest);
                let next = self.newest(old);
                if next != newest && renamed == self.has(Flaw::ReplaceMissesTheRenamed) {
                    in_place_of = None;
                }
            }
            _ => {}
        }
        let verdict = self.memory.create(key, &record, in_place_of, now).await?;
        if verdict == Verdict::Done {
            if self.has(Flaw::ForgetsReplacedKeys) {
                self.notes().forgotten.insert(newest);
            }
            // The ends of these do not lead to the next one.
            if self.has(Flaw::EndsOnlyTheRenamed) && before.is_some() {
                self.notes().keys.insert(newest);
            }
            if is_known {
                self.notes().next.insert(newest, *key);
            }
        }
        Ok(verdict)
    }
}
