//! What was measured: a number with its unit, and what it was to be.

use serde_json::{Value, json};

/// What a figure is counted in, and with that whether more or less of it is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    /// Answers in a second.
    PerSecond,
    /// Milliseconds.
    Milliseconds,
    /// Millions of bytes.
    Megabytes,
    /// A multiple of bcrypt's own time.
    TimesBcrypt,
}

impl Unit {
    /// As it stands behind a number.
    pub(super) const fn sign(self) -> &'static str {
        match self {
            Self::PerSecond => "/s",
            Self::Milliseconds => "ms",
            Self::Megabytes => "MB",
            Self::TimesBcrypt => "x bcrypt",
        }
    }

    const fn is_more_better(self) -> bool {
        matches!(self, Self::PerSecond)
    }
}

/// One figure.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Figure {
    /// On what: an engine's title, or nothing for the program itself.
    pub(super) place: &'static str,
    /// What was measured.
    pub(super) name: &'static str,
    /// The number.
    pub(super) value: f64,
    /// Its unit.
    pub(super) unit: Unit,
    /// What it was to be at least (answers in a second) or at most (everything else).
    pub(super) target: Option<f64>,
}

impl Figure {
    /// Whether the target is met, if there is one.
    pub(super) fn is_met(&self) -> Option<bool> {
        self.target.map(|target| match self.unit.is_more_better() {
            true => self.value >= target,
            false => self.value <= target,
        })
    }

    /// The number on a scale that a faster computer does not move: bcrypt's time in the same run is the unit of
    /// time. `bcrypt` is that in milliseconds.
    pub(super) fn ratio(&self, bcrypt: f64) -> f64 {
        match self.unit {
            Unit::PerSecond => self.value * bcrypt / 1_000.0,
            Unit::Milliseconds => self.value / bcrypt,
            Unit::Megabytes | Unit::TimesBcrypt => self.value,
        }
    }

    /// What tells it from the other figures.
    pub(super) fn key(&self) -> String {
        if self.place.is_empty() { self.name.to_owned() } else { format!("{}: {}", self.place, self.name) }
    }

    /// For other programs.
    pub(super) fn to_json(&self, bcrypt: f64) -> Value {
        json!({
            "place": self.place,
            "name": self.name,
            "value": self.value,
            "unit": self.unit.sign(),
            "target": self.target,
            "met": self.is_met(),
            "ratio": self.ratio(bcrypt),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(unit: Unit, value: f64) -> Figure {
        Figure { place: "", name: "it", value, unit, target: Some(10.0) }
    }

    #[test]
    fn targets_are_floors_for_rates_and_ceilings_for_everything_else() {
        assert_eq!(figure(Unit::PerSecond, 11.0).is_met(), Some(true));
        assert_eq!(figure(Unit::PerSecond, 9.0).is_met(), Some(false));
        assert_eq!(figure(Unit::Milliseconds, 10.0).is_met(), Some(true));
        assert_eq!(figure(Unit::Megabytes, 10.1).is_met(), Some(false));
        assert_eq!(Figure { target: None, ..figure(Unit::Milliseconds, 1.0) }.is_met(), None);
    }

    #[test]
    fn a_computer_of_twice_the_speed_gives_the_same_ratios() {
        let ratios = |speed: f64| {
            let bcrypt = 200.0 / speed;
            [
                figure(Unit::PerSecond, 1_000.0 * speed).ratio(bcrypt),
                figure(Unit::Milliseconds, 4.0 / speed).ratio(bcrypt),
                figure(Unit::Megabytes, 20.0).ratio(bcrypt),
            ]
        };
        assert_eq!(ratios(1.0), ratios(2.0));
    }
}
