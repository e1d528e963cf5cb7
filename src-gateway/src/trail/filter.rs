//! Which events are shown: read from the query, and as conditions of the database.

use sea_orm::{ColumnTrait, Condition};
use serde::Serialize;
use voiceassist_contract::audit::MOST_TARGET_CHARACTERS;
use voiceassist_contract::rule::Violation;
use voiceassist_contract::text::is_deceptive;
use voiceassist_contract::{Id, Time};

use crate::audit::Action;
use crate::http::fields::Fields;
use crate::http::values::{parse_id, parse_time};
use crate::tables::audit_events::Column;

const NOT_AN_ID: Violation = Violation::new("not_an_id", "This is not an id.");
const NOT_A_CHOICE: Violation = Violation::new("not_a_choice", "This is none of the possible values.");

/// Which events are shown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Filter {
    /// Only what this account did.
    pub actor: Option<Id>,
    /// Only this kind of event.
    pub action: Option<&'static str>,
    /// Only what was done to the thing with this id.
    pub target: Option<String>,
    /// Only from this time on.
    pub since: Option<Time>,
    /// Only before this time.
    pub until: Option<Time>,
}

impl Filter {
    /// Reads the query's part that says which events are wanted; what is wrong with it is kept in `fields`.
    pub fn read(fields: &mut Fields) -> Self {
        Self {
            actor: fields.optional_parsed("actor", parse_id),
            action: fields.optional_parsed("action", parse_action),
            target: fields.optional_parsed("target", parse_target),
            since: fields.optional_parsed("since", parse_time),
            until: fields.optional_parsed("until", parse_time),
        }
    }

    /// Whether every event is shown.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What every shown event fulfils.
    pub fn matches(&self) -> Condition {
        Condition::all()
            .add_option(self.actor.map(|actor| Column::ActorId.eq(actor)))
            .add_option(self.action.map(|action| Column::Action.eq(action)))
            .add_option(self.target.as_deref().map(|target| Column::TargetId.eq(target)))
            .add_option(self.since.map(|since| Column::At.gte(since)))
            .add_option(self.until.map(|until| Column::At.lt(until)))
    }
}

fn parse_action(text: &str) -> Result<&'static str, Violation> {
    let words = Action::ALL.iter().map(|action| action.as_str());
    words.into_iter().find(|word| *word == text).ok_or(NOT_A_CHOICE)
}

fn parse_target(text: &str) -> Result<String, Violation> {
    let is_plain = (1..=MOST_TARGET_CHARACTERS).contains(&text.chars().count());
    if !is_plain || text.chars().any(is_deceptive) {
        return Err(NOT_AN_ID);
    }
    // An account's id is stored in lower case, however it is typed.
    Ok(Id::try_parse(text)
        .ok()
        .filter(|_| text.len() == 36)
        .map_or_else(|| text.to_owned(), |id| id.to_string()))
}
