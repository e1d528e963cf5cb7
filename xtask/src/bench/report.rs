//! All figures of a run: shown as a table, and written as a table, CSV, JSON and a plot.

use std::fmt::Write;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::json;

use super::baseline::Baseline;
use super::figure::Figure;
use super::plot;

/// The figures of a run.
#[derive(Clone, Debug)]
pub(super) struct Report {
    accounts: usize,
    bcrypt: f64,
    figures: Vec<Figure>,
}

impl Report {
    /// A report without figures. `bcrypt` is how long bcrypt takes at the gateway's cost, in milliseconds.
    pub(super) fn new(accounts: usize, bcrypt: f64) -> Self {
        Self { accounts, bcrypt, figures: Vec::new() }
    }

    /// Adds a figure.
    pub(super) fn add(&mut self, figure: Figure) {
        self.figures.push(figure);
    }

    /// How many accounts there were.
    pub(super) fn accounts(&self) -> usize {
        self.accounts
    }

    /// bcrypt's time in milliseconds.
    pub(super) fn bcrypt(&self) -> f64 {
        self.bcrypt
    }

    /// All figures, in the order of the measurements.
    pub(super) fn figures(&self) -> &[Figure] {
        &self.figures
    }

    /// For people.
    pub(super) fn to_table(&self, baseline: &Baseline) -> String {
        let width = self.figures.iter().map(|figure| figure.name.chars().count()).max().unwrap_or(0);
        let mut table = format!("{} accounts; bcrypt takes {:.0} ms here\n", self.accounts, self.bcrypt);
        let mut place = None;
        for figure in &self.figures {
            if place != Some(figure.place) {
                place = Some(figure.place);
                let title = if figure.place.is_empty() { "The program" } else { figure.place };
                push_line(&mut table, format_args!("\n{title}"));
            }
            let target = figure.target.map_or_else(String::new, show);
            let verdict = match figure.is_met() {
                Some(true) => "met",
                Some(false) => "MISSED",
                None => "",
            };
            let change =
                baseline.compare(figure, self).map_or_else(String::new, |ratio| format!("x{ratio:.2}"));
            let (name, value, sign) = (figure.name, show(figure.value), figure.unit.sign());
            let line = format!("  {name:width$}  {value:>9} {sign:8}  {target:>9}  {verdict:6}  {change}");
            push_line(&mut table, format_args!("{}", line.trim_end()));
        }
        table
            .push_str("\nThird column: the target. Last: against the baseline, in units of bcrypt's time.\n");
        table
    }

    /// For other programs: a line for each figure.
    pub(super) fn to_csv(&self) -> String {
        let mut text = "place,name,value,unit,target,met\n".to_owned();
        for figure in &self.figures {
            let target = figure.target.map(|target| target.to_string()).unwrap_or_default();
            let met = figure.is_met().map(|met| met.to_string()).unwrap_or_default();
            let Figure { place, name, value, unit, .. } = figure;
            push_line(&mut text, format_args!("{place},\"{name}\",{value},{},{target},{met}", unit.sign()));
        }
        text
    }

    /// Writes everything into `folder`.
    pub(super) fn write(&self, folder: &Path, baseline: &Baseline) -> Result<()> {
        std::fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
        let figures: Vec<_> = self.figures.iter().map(|figure| figure.to_json(self.bcrypt)).collect();
        let all = json!({"accounts": self.accounts, "bcrypt_ms": self.bcrypt, "figures": figures});
        std::fs::write(folder.join("gateway.txt"), self.to_table(baseline))?;
        std::fs::write(folder.join("gateway.csv"), self.to_csv())?;
        std::fs::write(folder.join("gateway.json"), format!("{all:#}\n"))?;
        plot::draw(&folder.join("gateway.svg"), &self.figures)
    }
}

fn push_line(text: &mut String, line: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{line}");
}

/// A number as one wants to read it: three digits that count, none lost before the point.
fn show(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::figure::Unit;

    fn report() -> Report {
        let mut report = Report::new(1_000, 180.0);
        report.add(Figure {
            place: "",
            name: "size",
            value: 19.31,
            unit: Unit::Megabytes,
            target: Some(25.0),
        });
        let rate = Figure {
            place: "SQLite",
            name: "GET /api/users/me, p99",
            value: 123.4,
            unit: Unit::Milliseconds,
            target: Some(10.0),
        };
        report.add(rate);
        report
    }

    #[test]
    fn the_table_says_what_was_to_be_and_what_is() {
        let table = report().to_table(&Baseline::default());
        let lines: Vec<Vec<&str>> = table.lines().map(|line| line.split_whitespace().collect()).collect();
        assert!(lines.contains(&vec!["size", "19.3", "MB", "25.0", "met"]), "{table}");
        assert!(table.contains("\nSQLite\n") && table.contains("MISSED"), "{table}");
    }

    #[test]
    fn every_form_is_written_and_names_every_figure() -> Result<()> {
        let folder = tempfile::tempdir()?;
        report().write(folder.path(), &Baseline::default())?;
        for name in ["gateway.txt", "gateway.csv", "gateway.json", "gateway.svg"] {
            let text = std::fs::read_to_string(folder.path().join(name))?;
            assert!(text.contains("GET /api/users/me, p99"), "{name}");
        }
        Ok(())
    }
}
