//! What a failed statement says: that a value is taken, that the database cannot be used now, or that this
//! program asked for something wrong. Only the last is the program's own failure.

use sea_orm::sqlx::Error as SqlxError;
use sea_orm::{DbErr, RuntimeErr, SqlErr};

/// Beginnings of PostgreSQL's codes (its manual, appendix A) for a server that cannot do its work now, or that
/// somebody else holds up: `08` the connection, `28` the role, `40` a deadlock, `53` no room or no place,
/// `55P03` a lock that did not come in time, `57` told to stop or to end a statement, `58` the disk, `25P03` a
/// transaction that waited too long, `25006` a server that only reads.
const POSTGRES_NOT_NOW: [&str; 9] = ["08", "28", "40", "53", "55P03", "57", "58", "25P03", "25006"];

/// PostgreSQL's codes after which the connection is gone: told to stop, crashed, starting, and ended for want of
/// an answer.
const POSTGRES_GONE: [&str; 6] = ["57P01", "57P02", "57P03", "57P05", "25P03", "08"];

/// SQLite's first bytes for a file that cannot be used now: locked by somebody else, not writable, not readable,
/// no memory, no room, no file, damaged.
const SQLITE_NOT_NOW: [i32; 10] = [5, 6, 7, 8, 10, 11, 13, 14, 15, 26];

/// Whether `error` says that a value which must be unique is there already.
pub fn is_duplicate(error: &DbErr) -> bool {
    matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_)))
}

/// Whether the database cannot be used now, rather than this program's use of it being wrong.
pub fn is_unavailable(error: &DbErr) -> bool {
    match error {
        DbErr::Conn(_) | DbErr::ConnectionAcquire(_) => true,
        DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error)) => {
            match &**error {
                SqlxError::Database(error) if is_of_sqlite(&**error) => {
                    sqlite_code(&**error).is_some_and(|code| SQLITE_NOT_NOW.contains(&code))
                }
                SqlxError::Database(error) => has_code(&**error, &POSTGRES_NOT_NOW),
                error => is_broken(error),
            }
        }
        _ => false,
    }
}

/// Whether the connection broke, so that nothing came of the statement, or nobody knows what; another connection
/// may do.
pub(super) fn is_lost_connection(error: &DbErr) -> bool {
    match error {
        DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error)) => {
            match &**error {
                SqlxError::Database(error) => !is_of_sqlite(&**error) && has_code(&**error, &POSTGRES_GONE),
                error => is_broken(error),
            }
        }
        _ => false,
    }
}

/// The sentence of a statement that was given up.
pub(super) fn no_answer(seconds: u64) -> DbErr {
    DbErr::Conn(RuntimeErr::Internal(format!("no answer within {seconds} seconds")))
}

fn is_broken(error: &SqlxError) -> bool {
    matches!(
        error,
        SqlxError::Io(_)
            | SqlxError::Tls(_)
            | SqlxError::Protocol(_)
            | SqlxError::PoolTimedOut
            | SqlxError::PoolClosed
            | SqlxError::WorkerCrashed
            | SqlxError::BeginFailed
    )
}

/// Whether SQLite cannot open a file because another process holds its lock (`SQLITE_BUSY`).
pub(super) fn is_locked(error: &DbErr) -> bool {
    let DbErr::Conn(RuntimeErr::SqlxError(error)) = error else { return false };
    match &**error {
        SqlxError::Database(error) => is_of_sqlite(&**error) && sqlite_code(&**error) == Some(5),
        _ => false,
    }
}

/// The first byte of SQLite's code; what follows after it only says more.
fn sqlite_code(error: &dyn sea_orm::sqlx::error::DatabaseError) -> Option<i32> {
    error.code()?.parse::<i32>().ok().map(|code| code & 0xff)
}

fn is_of_sqlite(error: &dyn sea_orm::sqlx::error::DatabaseError) -> bool {
    error.try_downcast_ref::<sea_orm::sqlx::sqlite::SqliteError>().is_some()
}

fn has_code(error: &dyn sea_orm::sqlx::error::DatabaseError, beginnings: &[&str]) -> bool {
    error.code().is_some_and(|code| beginnings.iter().any(|beginning| code.starts_with(beginning)))
}
