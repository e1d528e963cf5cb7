//! What many accounts are to be changed to, and which accounts: read from the body.

use voiceassist_contract::Id;
use voiceassist_contract::accounts::Role;
use voiceassist_contract::accounts::bulk::{BulkAction, MOST_IDS};
use voiceassist_contract::rule::Violation;

use crate::accounts::role_of;
use crate::http::body::JsonBody;
use crate::problem::Answer;
use crate::tables::users;
use crate::users::list::request::Filter;

const NOT_TOGETHER: Violation = Violation::new("not_together", "Give either ids or a filter.");

/// What is asked for.
#[derive(Clone, Debug)]
pub struct BulkRequest {
    /// What is done to every account.
    pub change: Change,
    /// To which accounts.
    pub target: Target,
    /// Whether it is only to be said what would change.
    pub is_dry_run: bool,
}

/// What is done to every account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It can sign in, or cannot.
    Activity(bool),
    /// It gets this role.
    Role(Role),
    /// The password must be changed before anything else.
    PasswordChange,
    /// Its sessions end; nothing of the account changes.
    EndSessions,
}

/// Which accounts.
#[derive(Clone, Debug)]
pub enum Target {
    /// These, each once.
    Ids(Vec<Id>),
    /// All that a list with this filter shows.
    Filter(Filter),
}

impl BulkRequest {
    /// Reads the body.
    ///
    /// # Errors
    /// `invalid_input` with every field that is not understood.
    pub fn read(body: JsonBody) -> Answer<Self> {
        let mut fields = body.into_fields();
        let action = fields.optional_choice("action");
        let action: BulkAction = fields.require("action", action);
        let role = fields.optional_choice("role");
        let role: Role = match action {
            BulkAction::SetRole => fields.require("role", role),
            _ => Role::default(),
        };
        let ids = fields.optional_ids("ids", MOST_IDS);
        let filter = fields.optional_object("filter", Filter::read);
        let is_dry_run = fields.optional_bool("dry_run").unwrap_or(false);
        let target = match (ids, filter) {
            (ids, None) => Target::Ids(fields.require("ids", ids)),
            (None, Some(filter)) => Target::Filter(filter),
            (Some(_), Some(filter)) => {
                fields.refuse("filter", &NOT_TOGETHER);
                Target::Filter(filter)
            }
        };
        fields.finish()?;
        Ok(Self { change: Change::of(action, role), target, is_dry_run })
    }
}

impl Change {
    fn of(action: BulkAction, role: Role) -> Self {
        match action {
            BulkAction::Activate => Self::Activity(true),
            BulkAction::Deactivate => Self::Activity(false),
            BulkAction::SetRole => Self::Role(role),
            BulkAction::RequirePasswordChange => Self::PasswordChange,
            BulkAction::EndSessions => Self::EndSessions,
        }
    }

    /// The account as it is after the change.
    pub fn apply(self, before: &users::Model) -> users::Model {
        let mut after = before.clone();
        match self {
            Self::Activity(is_active) => after.is_active = is_active,
            Self::Role(role) if role != role_of(before) => after.role = role.as_str().to_owned(),
            Self::PasswordChange => after.must_change_password = true,
            Self::Role(_) | Self::EndSessions => {}
        }
        after
    }
}
