//! Says what is being done, how long it took, and, when it fails, what failed and what to do.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// The steps of one command, in order.
#[derive(Debug)]
pub(crate) struct Progress {
    started: Instant,
    steps: Vec<(String, Duration)>,
    colour: bool,
}

impl Progress {
    /// Starts the clock.
    pub(crate) fn start() -> Self {
        let colour = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
        Self { started: Instant::now(), steps: Vec::new(), colour }
    }

    /// Does `work` under a name; `what_to_do` is said if it fails.
    pub(crate) fn step<T>(
        &mut self,
        name: &str,
        what_to_do: &str,
        work: impl FnOnce() -> Result<T>,
    ) -> Result<T> {
        self.timed(name, work, |_| true)
            .with_context(|| format!("Could not {name}. What to do: {what_to_do}."))
    }

    /// Does `work` under a name; it says itself whether it went well, and what did not.
    pub(crate) fn judged_step(&mut self, name: &str, work: impl FnOnce() -> Result<bool>) -> Result<()> {
        self.timed(name, work, |is_good| *is_good).map(|_| ()).with_context(|| format!("Could not {name}."))
    }

    fn timed<T>(
        &mut self,
        name: &str,
        work: impl FnOnce() -> Result<T>,
        is_good: impl FnOnce(&T) -> bool,
    ) -> Result<T> {
        let begin = Instant::now();
        eprintln!("{} {name} …", self.mark("36", "▸"));
        let result = work();
        let elapsed = begin.elapsed();
        self.steps.push((name.to_owned(), elapsed));
        let sign =
            if result.as_ref().is_ok_and(is_good) { self.mark("32", "✓") } else { self.mark("31", "✗") };
        eprintln!("{sign} {name} ({})", describe_duration(elapsed));
        result
    }

    /// A remark between the steps.
    pub(crate) fn say(&self, sentence: &str) {
        eprintln!("  {sentence}");
    }

    /// How long it has been since the start.
    pub(crate) fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// Each step with its time, and their sum.
    pub(crate) fn table(&self) -> String {
        let width = self
            .steps
            .iter()
            .map(|(name, _)| name.chars().count())
            .max()
            .unwrap_or(0)
            .max("altogether".len());
        let mut table = String::new();
        for (name, elapsed) in &self.steps {
            table.push_str(&format!("  {name:width$}  {:>10}\n", describe_duration(*elapsed)));
        }
        table.push_str(&format!("  {:width$}  {:>10}\n", "altogether", describe_duration(self.elapsed())));
        table
    }

    fn mark(&self, code: &str, sign: &str) -> String {
        if self.colour { format!("\x1b[{code}m{sign}\x1b[0m") } else { sign.to_owned() }
    }
}

/// `420 ms`, `12.3 s` or `3 min 05 s`: as exact as one wants to read it.
pub(crate) fn describe_duration(duration: Duration) -> String {
    match duration.as_millis() {
        milliseconds @ ..1_000 => format!("{milliseconds} ms"),
        milliseconds @ 1_000..59_950 => format!("{:.1} s", milliseconds as f64 / 1_000.0),
        milliseconds => {
            let seconds = (milliseconds + 500) / 1_000;
            format!("{} min {:02} s", seconds / 60, seconds % 60)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_as_one_would_say_them() {
        let said = [420, 999, 1_000, 12_340, 59_940, 59_960, 185_200]
            .map(|milliseconds| describe_duration(Duration::from_millis(milliseconds)));
        assert_eq!(said, ["420 ms", "999 ms", "1.0 s", "12.3 s", "59.9 s", "1 min 00 s", "3 min 05 s"]);
    }

    #[test]
    fn a_failed_step_says_what_failed_and_what_to_do() {
        let error = Progress::start()
            .step("boil water", "fill the kettle", || -> Result<()> { anyhow::bail!("no water") })
            .expect_err("the step fails");
        assert_eq!(format!("{error:#}"), "Could not boil water. What to do: fill the kettle.: no water");
    }

    #[test]
    fn the_table_names_every_step_and_the_sum() -> Result<()> {
        let mut progress = Progress::start();
        progress.step("one", "-", || Ok(()))?;
        progress.step("another", "-", || Ok(()))?;
        let lines: Vec<String> = progress.table().lines().map(|line| line.trim().to_owned()).collect();
        assert!(lines[0].starts_with("one ") && lines[1].starts_with("another "));
        assert!(lines[2].starts_with("altogether"));
        Ok(())
    }
}
