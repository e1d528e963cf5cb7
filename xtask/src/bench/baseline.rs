//! The figures of an earlier run, kept with the source: what a change has made of them is seen beside them.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::figure::Figure;
use super::report::Report;

/// Ratios by the figures' keys, for one number of accounts.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Baseline {
    accounts: usize,
    ratios: BTreeMap<String, f64>,
}

impl Baseline {
    /// Reads the file, if there is one.
    pub(super) fn read(file: &Path) -> Result<Self> {
        if !file.exists() {
            return Ok(Self::default());
        }
        let text = std::fs::read_to_string(file)?;
        Self::parse(&text).with_context(|| format!("{} is no baseline", file.display()))
    }

    fn parse(text: &str) -> Result<Self> {
        let value: Value = serde_json::from_str(text)?;
        let accounts = value["accounts"].as_u64().context("accounts are missing")?;
        let ratios = value["ratios"].as_object().context("ratios are missing")?;
        let number = |(key, value): (&String, &Value)| Some((key.clone(), value.as_f64()?));
        Ok(Self { accounts: usize::try_from(accounts)?, ratios: ratios.iter().filter_map(number).collect() })
    }

    /// This baseline with the report's figures in the place of its own; those of an engine that was not measured
    /// stay, unless they are from another number of accounts.
    pub(super) fn replaced_by(mut self, report: &Report) -> Self {
        if self.accounts != report.accounts() {
            self.ratios.clear();
        }
        self.accounts = report.accounts();
        for figure in report.figures() {
            self.ratios.insert(figure.key(), figure.ratio(report.bcrypt()));
        }
        self
    }

    /// Writes the file.
    pub(super) fn write(&self, file: &Path) -> Result<()> {
        let value = json!({"accounts": self.accounts, "ratios": self.ratios});
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(file, format!("{value:#}\n")).with_context(|| format!("{}", file.display()))
    }

    /// How the figure is to the one of the baseline: 1.1 is a tenth more. Nothing to compare with gives none.
    pub(super) fn compare(&self, figure: &Figure, report: &Report) -> Option<f64> {
        let before = self.ratios.get(&figure.key()).filter(|_| self.accounts == report.accounts())?;
        Some(figure.ratio(report.bcrypt()) / before)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::figure::Unit;

    fn report(accounts: usize, value: f64) -> Report {
        let mut report = Report::new(accounts, 200.0);
        report.add(Figure { place: "SQLite", name: "it", value, unit: Unit::Milliseconds, target: None });
        report
    }

    #[test]
    fn a_run_is_compared_with_the_one_before_and_not_with_one_of_another_size() {
        let baseline = Baseline::default().replaced_by(&report(100, 4.0));
        let now = report(100, 6.0);
        assert_eq!(baseline.compare(&now.figures()[0], &now), Some(1.5));
        let larger = report(1_000, 6.0);
        assert_eq!(baseline.compare(&larger.figures()[0], &larger), None);
    }

    #[test]
    fn what_is_written_is_read_again() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("bench/baseline.json");
        assert_eq!(Baseline::read(&file)?, Baseline::default());
        let baseline = Baseline::default().replaced_by(&report(100, 4.0));
        baseline.write(&file)?;
        assert_eq!(Baseline::read(&file)?, baseline);
        std::fs::write(&file, "[]")?;
        assert!(Baseline::read(&file).is_err());
        Ok(())
    }
}
