//! The disk is full: how the databases say it, and that is something to be told apart from a database that is away.

use sea_orm::{DbErr, RuntimeErr};

/// `SQLITE_FULL` (SQLite, result codes).
const SQLITE_FULL: &str = "13";
/// `disk_full` (PostgreSQL, appendix A).
const POSTGRES_DISK_FULL: &str = "53100";

/// Whether `error` says that there is no room left where the database keeps its files.
pub fn is_storage_full(error: &DbErr) -> bool {
    let (DbErr::Conn(RuntimeErr::SqlxError(error))
    | DbErr::Exec(RuntimeErr::SqlxError(error))
    | DbErr::Query(RuntimeErr::SqlxError(error))) = error
    else {
        return false;
    };
    let code = error.as_database_error().and_then(|error| error.code());
    code.is_some_and(|code| code == SQLITE_FULL || code == POSTGRES_DISK_FULL)
}

#[cfg(test)]
mod tests {
    use sea_orm::ConnectionTrait;

    use super::*;
    use crate::database::Database;

    #[tokio::test]
    async fn a_file_that_may_not_grow_is_full_and_writable_again_once_it_may() {
        let folder = tempfile::tempdir().expect("a folder");
        let database = Database::open_sqlite(&folder.path().join("a.sqlite")).await.expect("opens");
        database.migrate().await.expect("migrates");
        let limit = async |pages: u32| {
            let write = database.begin_write().await.expect("begins");
            write.execute_unprepared(&format!("PRAGMA max_page_count = {pages}")).await.expect("is set");
            write.commit().await.expect("commits");
        };
        let fill = async || {
            let write = database.begin_write().await?;
            write.execute_unprepared("CREATE TABLE large AS SELECT zeroblob(1000000) AS content").await?;
            write.commit().await
        };
        limit(1).await;
        for _ in 0..2 {
            let error = fill().await.expect_err("there is no room");
            assert!(is_storage_full(&error), "{error:?}");
        }
        limit(1_000_000).await;
        fill().await.expect("there is room");
        assert!(!is_storage_full(&fill().await.expect_err("the table is there")));
    }
}
