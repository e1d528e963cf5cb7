//! Wire types of `POST /api/users/import`: a table of people, and what became of each row.
//!
//! The answer is one JSON object a line (`application/x-ndjson`), an [`ImportResult`] for each row of the table
//! and an [`ImportEnd`] as the last line. An answer without that last line was cut off; sending the same table
//! again finishes it.

use serde::{Deserialize, Serialize};

use crate::problem::{FieldError, ProblemCode};
use crate::{Id, Secret};

/// The most rows of one table, without the one that names the columns.
pub const MOST_ROWS: usize = 10_000;

/// The most new accounts that get temporary passwords from one table.
pub const MOST_TEMPORARY_PASSWORDS: usize = 200;

/// What is done about rows whose address an account has already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ExistingAccounts {
    /// They stay as they are.
    #[default]
    Keep,
    /// Name, role and activity become what the row says; what it leaves empty stays.
    Update,
}

/// What new accounts sign in with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ImportPasswords {
    /// With nothing, until an administrator resets the password: hashing thousands takes most of an hour.
    #[default]
    None,
    /// With a temporary one, which is in the row's result and nowhere else. For at most 200 new accounts.
    Temporary,
}

/// The query of `POST /api/users/import`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
pub struct ImportQuery {
    /// Whether nothing is changed and the answer says what would be.
    #[serde(default)]
    pub dry_run: bool,
    /// What is done about rows whose address an account has already.
    #[serde(default)]
    pub existing: ExistingAccounts,
    /// What new accounts sign in with.
    #[serde(default)]
    pub passwords: ImportPasswords,
}

/// What became of a row, or would.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ImportOutcome {
    /// An account was made.
    Created,
    /// The account that there was is now what the row says.
    Updated,
    /// There is such an account already; it stays as it is.
    Unchanged,
    /// Nothing was done; `code` and `errors` say why.
    Refused,
}

/// One row's result.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(example = crate::openapi::examples::import_result))]
pub struct ImportResult {
    /// The row as a spreadsheet counts it: the names of the columns are row 1.
    pub row: u32,
    /// What became of it.
    pub outcome: ImportOutcome,
    /// The account; absent if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Uuid>))]
    pub id: Option<Id>,
    /// Whether an account that stays as it is differs from the row.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub differs: bool,
    /// Why it was refused: `invalid_input` with the columns at fault, `own_account`, or the failure that stopped
    /// the rest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<ProblemCode>,
    /// The same as a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The columns at fault. Values are never repeated.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// The new account's temporary password, shown this once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::TemporaryPassword>))]
    pub temporary_password: Option<Secret>,
}

/// The answer's last line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(example = crate::openapi::examples::import_end))]
pub struct ImportEnd {
    /// The figures.
    pub summary: ImportSummary,
}

/// A line of the answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum ImportLine {
    /// What became of a row.
    Row(ImportResult),
    /// The last line.
    End(ImportEnd),
}

/// How many rows there were and what became of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportSummary {
    /// Whether nothing was changed and this is what would be.
    pub dry_run: bool,
    /// Rows with anything in them.
    pub rows: u64,
    /// Accounts made.
    pub created: u64,
    /// Accounts changed.
    pub updated: u64,
    /// Accounts that stay as they are.
    pub unchanged: u64,
    /// Rows refused.
    pub refused: u64,
    /// Columns whose names mean nothing here.
    pub ignored_columns: u64,
}
