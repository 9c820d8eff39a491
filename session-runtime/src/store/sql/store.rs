//! The calls of a store that are the same for every database.

/// Implements [`Store`](crate::store::Store) for a type that has the statements of its
/// database as constants of the type `Words`, and the methods `write`, `rows`,
/// `begin` and `warnings`. The function `failed` makes its errors. It is a macro
/// because the bounds that `sqlx` needs for a generic function would be longer than
/// the function.
macro_rules! store {
    ($store:ty) => {
        impl $store {
            /// Makes the tables, or changes those of an older version.
            async fn migrate(&self) -> Result<(), StoreError> {
                let mut transaction = self.begin().await?;
                let exists: bool = sqlx::query_scalar(Self::HAS_VERSION)
                    .fetch_one(&mut *transaction)
                    .await
                    .map_err(failed)?;
                let version: i64 = if exists {
                    let version = sqlx::query_scalar(sql::VERSION);
                    version.fetch_one(&mut *transaction).await.map_err(failed)?
                } else {
                    0
                };
                for migration in sql::due(&Self::MIGRATIONS, version)? {
                    let migration = sqlx::raw_sql(*migration);
                    migration.execute(&mut *transaction).await.map_err(failed)?;
                }
                transaction.commit().await.map_err(failed)
            }

            /// Deletes the session under a key if it has expired, and returns whether it
            /// has.
            async fn free(&self, key: &Key, now: u64) -> Result<bool, StoreError> {
                let free = |words| sqlx::query(words).bind(sql::bytes(key)).bind(sql::time(now));
                Ok(self.write(Self::FREE, free).await.map_err(failed)? > 0)
            }

            /// Deletes rows, a batch at a time, and returns how many it deleted.
            async fn purge(&self, words: Words, now: u64) -> Result<u64, StoreError> {
                let mut purged = 0;
                loop {
                    let purge = |words| sqlx::query(words).bind(sql::time(now)).bind(sql::BATCH);
                    let rows = self.write(words, purge).await.map_err(failed)?;
                    purged += rows;
                    if sql::time(rows) < sql::BATCH {
                        return Ok(purged);
                    }
                }
            }
        }

        #[super::async_trait]
        impl Store for $store {
            async fn prepare(&self, release: bool) -> Result<Vec<String>, StoreError> {
                self.migrate().await?;
                self.warnings(release).await
            }

            async fn create(
                &self,
                key: &Key,
                record: &Record,
                in_place_of: Option<&Key>,
                now: u64,
            ) -> Result<Verdict, StoreError> {
                let mut family = *key;
                loop {
                    let create = |words| {
                        sqlx::query(words)
                            .bind(sql::bytes(key))
                            .bind(sql::column(&record.fields))
                            .bind(sql::time(record.created))
                            .bind(sql::time(record.seen))
                            .bind(sql::time(record.expires))
                            .bind(record.owner.clone())
                            .bind(sql::time(now))
                            .bind(sql::bytes(&family))
                    };
                    let written = match in_place_of {
                        None => self.write(Self::CREATE, create).await,
                        Some(old) => {
                            let in_place = |words| {
                                create(words).bind(sql::bytes(old)).bind(sql::remembered(now))
                            };
                            self.write(Self::CREATE_IN_PLACE, in_place).await
                        }
                    };
                    match written {
                        Ok(0) => {}
                        Ok(_) => return Ok(Verdict::Done),
                        Err(error) if sql::is_taken(&error) => {}
                        Err(error) => return Err(failed(error)),
                    }
                    if self.load(key, now).await?.session().is_some() {
                        return Ok(Verdict::Taken);
                    }
                    // One of three things is in the way: an expired session, a
                    // call that ran at the same time and was faster, or a family
                    // that is named by this key, which was in use before.
                    self.free(key, now).await?;
                    family = Key::of(family.as_bytes());
                }
            }

            async fn load(&self, key: &Key, now: u64) -> Result<Loaded, StoreError> {
                let load = sqlx::query_as(Self::LOAD).bind(sql::bytes(key)).bind(sql::time(now));
                if let Some(row) = self.rows(load).await.map_err(failed)?.pop() {
                    return sql::record(row).map(Loaded::Session);
                }
                let former = sqlx::query_as::<_, (i64,)>(sql::FORMER)
                    .bind(sql::bytes(key))
                    .bind(sql::time(now));
                let former = self.rows(former).await.map_err(failed)?;
                Ok(if former.is_empty() { Loaded::Nothing } else { Loaded::Former })
            }

            async fn patch(
                &self,
                key: &Key,
                patch: &Patch,
                now: u64,
            ) -> Result<Verdict, StoreError> {
                let change = |words| sql::bind_patch!(words, key, patch, now);
                if self.write(Self::PATCH, change).await.map_err(failed)? > 0 {
                    return Ok(Verdict::Done);
                }
                // No session has the key now. If the patch waited for a rename, the
                // rename has remembered the key.
                let follow = |words| change(words).bind(patch.follow == Follow::Newest);
                let rows = self.write(Self::FOLLOW, follow).await.map_err(failed)?;
                Ok(if rows == 0 { Verdict::Gone } else { Verdict::Followed })
            }

            async fn rename(
                &self,
                old: &Key,
                new: &Key,
                patch: &Patch,
                now: u64,
            ) -> Result<Verdict, StoreError> {
                loop {
                    let rename = |words| {
                        sql::bind_patch!(words, old, patch, now)
                            .bind(sql::bytes(new))
                            .bind(sql::remembered(now))
                    };
                    match self.write(Self::RENAME, rename).await {
                        Ok(0) => return Ok(Verdict::Gone),
                        Ok(_) => return Ok(Verdict::Done),
                        Err(error) if sql::is_taken(&error) => {}
                        Err(error) => return Err(failed(error)),
                    }
                    if !self.free(new, now).await? {
                        return Ok(Verdict::Taken);
                    }
                }
            }

            async fn destroy(
                &self,
                key: &Key,
                owner: Option<&str>,
                now: u64,
            ) -> Result<bool, StoreError> {
                let destroy = |words| {
                    sqlx::query(words)
                        .bind(sql::bytes(key))
                        .bind(sql::time(now))
                        .bind(sql::remembered(now))
                        .bind(owner.map(str::to_owned))
                };
                Ok(self.write(Self::DESTROY, destroy).await.map_err(failed)? > 0)
            }

            async fn purge_expired(&self, now: u64) -> Result<u64, StoreError> {
                let sessions = self.purge(Self::PURGE, now).await?;
                self.purge(Self::FORGET, now).await?;
                Ok(sessions)
            }

            async fn list(&self, owner: &str, now: u64) -> Result<Vec<Listed>, StoreError> {
                let list = sqlx::query_as(sql::LIST).bind(owner.to_owned()).bind(sql::time(now));
                let rows = self.rows(list).await.map_err(failed)?;
                rows.into_iter().map(sql::listed).collect()
            }

            async fn destroy_all_of(&self, owner: &str, now: u64) -> Result<u64, StoreError> {
                let destroy = |words| sql::bind_owner!(words, owner, now);
                self.write(Self::DESTROY_ALL_OF, destroy).await.map_err(failed)
            }

            async fn destroy_others_of(
                &self,
                owner: &str,
                keep: &Key,
                now: u64,
            ) -> Result<u64, StoreError> {
                let destroy = |words| sql::bind_owner!(words, owner, now).bind(sql::bytes(keep));
                self.write(Self::DESTROY_OTHERS_OF, destroy).await.map_err(failed)
            }

            async fn destroy_oldest_of(
                &self,
                owner: &str,
                keep: &Key,
                most: usize,
                now: u64,
            ) -> Result<u64, StoreError> {
                let most = i64::try_from(most).unwrap_or(i64::MAX);
                let destroy =
                    |words| sql::bind_owner!(words, owner, now).bind(sql::bytes(keep)).bind(most);
                self.write(Self::DESTROY_OLDEST_OF, destroy).await.map_err(failed)
            }

            async fn count(&self, now: u64) -> Result<Count, StoreError> {
                let count = sqlx::query_as(Self::COUNT).bind(sql::time(now));
                let rows = self.rows(count).await.map_err(failed)?;
                Ok(rows.into_iter().map(sql::count).next().unwrap_or_default())
            }

            async fn destroy_all(&self, now: u64) -> Result<u64, StoreError> {
                let mut count = 0;
                loop {
                    let destroy = |words| {
                        sqlx::query(words)
                            .bind(sql::time(now))
                            .bind(sql::remembered(now))
                            .bind(sql::BATCH)
                    };
                    let rows = self.write(Self::DESTROY_ALL, destroy).await.map_err(failed)?;
                    count += rows;
                    if rows == 0 {
                        return Ok(count);
                    }
                }
            }
        }
    };
}

/// The parameters of a statement that changes a session.
macro_rules! bind_patch {
    ($words:expr, $key:expr, $patch:expr, $now:expr) => {
        sqlx::query($words)
            .bind(sql::bytes($key))
            .bind(sql::merge($patch))
            .bind(sql::time($patch.seen))
            .bind(sql::time($patch.expires))
            .bind(sql::time($patch.empty_expires($now)))
            .bind($patch.shortens)
            .bind($patch.created.map(sql::time))
            .bind($patch.owner.is_some())
            .bind($patch.owner.clone().flatten())
            .bind(sql::time($now))
    };
}

/// The parameters of a statement that ends sessions of an owner.
macro_rules! bind_owner {
    ($words:expr, $owner:expr, $now:expr) => {
        sqlx::query($words)
            .bind($owner.to_owned())
            .bind(sql::time($now))
            .bind(sql::remembered($now))
    };
}

pub(in crate::store) use {bind_owner, bind_patch, store};
