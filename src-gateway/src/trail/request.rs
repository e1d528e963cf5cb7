//! What a page is asked for, read from the query.

use voiceassist_contract::paging::DEFAULT_LIMIT;

use crate::http::fields::Fields;
use crate::http::values::parse_limit;
use crate::problem::Answer;
use crate::trail::cursor::Cursor;
use crate::trail::filter::Filter;

/// What a page is asked for.
#[derive(Clone, Debug)]
pub struct PageRequest {
    /// Which events.
    pub filter: Filter,
    /// After which event.
    pub after: Option<Cursor>,
    /// How many at most.
    pub limit: u16,
    /// Whether to count all that match.
    pub wants_total: bool,
}

impl PageRequest {
    /// Reads the query.
    ///
    /// # Errors
    /// `invalid_input` with every parameter that is not understood.
    pub fn read(mut fields: Fields) -> Answer<Self> {
        let filter = Filter::read(&mut fields);
        let limit = fields.optional_parsed("limit", parse_limit).unwrap_or(DEFAULT_LIMIT);
        let wants_total = fields.optional_bool("count").unwrap_or(true);
        // A cursor means something only beside a filter that is understood.
        let is_understood = !fields.is_refused();
        let decode =
            |text: &str| if is_understood { Cursor::decode(text, &filter).map(Some) } else { Ok(None) };
        let after = fields.optional_parsed("cursor", decode).flatten();
        fields.finish()?;
        Ok(Self { filter, after, limit, wants_total })
    }
}
