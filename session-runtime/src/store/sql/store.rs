//! The calls of a store, as far as they are the same for every database.

/// Makes a [`Store`](crate::store::Store) of a type that has its database's
/// words as constants, the methods `write`, `rows`, `begin` and `warnings`, and
/// `failed` for the errors. A macro, because the bounds that `sqlx` would need
/// of a generic function are longer than this is.
macro_rules! store {
    ($store:ty) => {
        impl $store {
            /// Makes the tables, or what a newer version changed about them.
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
                now: u64,
            ) -> Result<Verdict, StoreError> {
                let create = sqlx::query(Self::CREATE)
                    .bind(sql::bytes(key))
                    .bind(sql::column(&record.fields))
                    .bind(sql::time(record.created))
                    .bind(sql::time(record.seen))
                    .bind(sql::time(record.expires))
                    .bind(record.owner.clone())
                    .bind(sql::time(now));
                let rows = self.write(create).await.map_err(failed)?;
                Ok(if rows == 0 { Verdict::Taken } else { Verdict::Done })
            }

            async fn load(&self, key: &Key, now: u64) -> Result<Option<Record>, StoreError> {
                let load = sqlx::query_as(Self::LOAD).bind(sql::bytes(key)).bind(sql::time(now));
                let row = self.rows(load).await.map_err(failed)?.pop();
                row.map(sql::record).transpose()
            }

            async fn patch(
                &self,
                key: &Key,
                patch: &Patch,
                now: u64,
            ) -> Result<Verdict, StoreError> {
                let patch = sqlx::query(Self::PATCH)
                    .bind(sql::bytes(key))
                    .bind(sql::merge(patch))
                    .bind(sql::time(patch.seen))
                    .bind(sql::time(patch.expires))
                    .bind(patch.owner.is_some())
                    .bind(patch.owner.clone().flatten())
                    .bind(sql::time(now));
                let rows = self.write(patch).await.map_err(failed)?;
                Ok(if rows == 0 { Verdict::Gone } else { Verdict::Done })
            }

            async fn rename(
                &self,
                old: &Key,
                new: &Key,
                patch: &Patch,
                now: u64,
            ) -> Result<Verdict, StoreError> {
                loop {
                    let rename = sqlx::query(Self::RENAME)
                        .bind(sql::bytes(old))
                        .bind(sql::merge(patch))
                        .bind(sql::time(patch.seen))
                        .bind(sql::time(patch.expires))
                        .bind(patch.owner.is_some())
                        .bind(patch.owner.clone().flatten())
                        .bind(sql::time(now))
                        .bind(sql::bytes(new));
                    match self.write(rename).await {
                        Ok(0) => return Ok(Verdict::Gone),
                        Ok(_) => return Ok(Verdict::Done),
                        Err(error) if sql::is_taken(&error) => {}
                        Err(error) => return Err(failed(error)),
                    }
                    let free = sqlx::query(sql::FREE).bind(sql::bytes(new)).bind(sql::time(now));
                    if self.write(free).await.map_err(failed)? == 0 {
                        return Ok(Verdict::Taken);
                    }
                }
            }

            async fn destroy(&self, key: &Key) -> Result<(), StoreError> {
                let destroy = sqlx::query(sql::DESTROY).bind(sql::bytes(key));
                self.write(destroy).await.map(drop).map_err(failed)
            }

            async fn destroy_if_only(
                &self,
                key: &Key,
                names: &[String],
                now: u64,
            ) -> Result<bool, StoreError> {
                let destroy = sqlx::query(Self::DESTROY_IF_ONLY)
                    .bind(sql::bytes(key))
                    .bind(sql::without(names))
                    .bind(sql::time(now));
                Ok(self.write(destroy).await.map_err(failed)? > 0)
            }

            async fn purge_expired(&self, now: u64) -> Result<u64, StoreError> {
                let mut purged = 0;
                loop {
                    let purge = sqlx::query(Self::PURGE).bind(sql::time(now)).bind(sql::BATCH);
                    let rows = self.write(purge).await.map_err(failed)?;
                    purged += rows;
                    if sql::time(rows) < sql::BATCH {
                        return Ok(purged);
                    }
                }
            }

            async fn list(&self, owner: &str, now: u64) -> Result<Vec<Listed>, StoreError> {
                let list = sqlx::query_as(sql::LIST).bind(owner.to_owned()).bind(sql::time(now));
                let rows = self.rows(list).await.map_err(failed)?;
                rows.into_iter().map(sql::listed).collect()
            }

            async fn destroy_all_of(&self, owner: &str) -> Result<u64, StoreError> {
                let destroy = sqlx::query(sql::DESTROY_ALL_OF).bind(owner.to_owned());
                self.write(destroy).await.map_err(failed)
            }

            async fn destroy_others_of(&self, owner: &str, keep: &Key) -> Result<u64, StoreError> {
                let destroy = sqlx::query(sql::DESTROY_OTHERS_OF)
                    .bind(owner.to_owned())
                    .bind(sql::bytes(keep));
                self.write(destroy).await.map_err(failed)
            }
        }
    };
}

pub(in crate::store) use store;
