//! Environment variables, read once into a map, so that tests need not touch the process's own.

use std::collections::BTreeMap;

use crate::config::table::is_misspelt;

/// A process's environment variables.
#[derive(Clone, Default)]
pub struct Variables(BTreeMap<String, String>);

impl Variables {
    /// Those of this process; what is no UTF-8 is left out.
    pub fn of_process() -> Self {
        let readable = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        };
        Self(std::env::vars_os().filter_map(readable).collect())
    }

    /// These.
    pub fn of(pairs: &[(&str, &str)]) -> Self {
        Self(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    /// A variable's text; one that is empty counts as left out.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
    }

    /// A sentence for every variable that looks like a setting and is none.
    pub(super) fn unknown_names(&self) -> Vec<String> {
        self.0
            .keys()
            .filter(|name| is_misspelt(name))
            .map(|name| format!("{name} is not a setting of this gateway. Is it misspelt?"))
            .collect()
    }
}

/// Names alone: values may be secret.
impl std::fmt::Debug for Variables {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_set().entries(self.0.keys()).finish()
    }
}
