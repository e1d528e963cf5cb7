//! What the gateway counts and measures about itself, for Prometheus.
//!
//! The collector is a part of the application's state and no global of the process, so that applications
//! side by side, as in tests, count for themselves. No label ever holds what somebody sent: routes are
//! templates, methods, statuses and codes come from closed lists, and everything unknown is one value.

use std::sync::Arc;

use ::metrics::{Counter, Gauge, Histogram, Key, Label, Level, Metadata, Recorder};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusRecorder};

use crate::audit::Event;
use crate::limits::Limit;
use crate::metrics::catalogue::{ALL, Kind, Metric};

pub mod catalogue;
pub mod listener;
mod process;
pub mod requests;
mod scrape;
pub mod sign_ins;

/// The library asks where a measurement comes from and how detailed it is. Nothing here depends on it.
const METADATA: Metadata<'static> = Metadata::new(module_path!(), Level::INFO, None);

/// The collector of one application. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Metrics(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    recorder: Option<PrometheusRecorder>,
    requests_in_work: Gauge,
    requests_shed: Counter,
    refresh_reuses: Counter,
}

/// Whom a delay after failed sign-ins holds up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Locked {
    /// An account.
    Account,
    /// An address that no account has.
    UnknownAddress,
}

impl Metrics {
    /// A collector that nobody reads: nothing is kept, and counting costs next to nothing.
    pub fn off() -> Self {
        Self::around(None)
    }

    /// A collector that is read.
    ///
    /// # Errors
    /// If a histogram of the catalogue has no buckets.
    pub fn collect() -> Result<Self, BuildError> {
        let mut builder = PrometheusBuilder::new();
        for metric in ALL {
            if let Kind::Histogram(buckets) = metric.kind {
                builder = builder.set_buckets_for_metric(Matcher::Full(metric.name.to_owned()), buckets)?;
            }
        }
        let recorder = builder.build_recorder();
        for metric in ALL {
            let (name, help) = (metric.name.into(), metric.help.into());
            match metric.kind {
                Kind::Counter => recorder.describe_counter(name, None, help),
                Kind::Gauge => recorder.describe_gauge(name, None, help),
                Kind::Histogram(_) => recorder.describe_histogram(name, None, help),
            }
        }
        let metrics = Self::around(Some(recorder));
        metrics.show_zeros();
        Ok(metrics)
    }

    fn around(recorder: Option<PrometheusRecorder>) -> Self {
        let counter = |metric| register_counter(recorder.as_ref(), metric, Vec::new());
        Self(Arc::new(Inner {
            requests_shed: counter(&catalogue::REQUESTS_SHED),
            refresh_reuses: counter(&catalogue::REFRESH_REUSES),
            requests_in_work: register_gauge(recorder.as_ref(), &catalogue::REQUESTS_IN_WORK, Vec::new()),
            recorder,
        }))
    }

    /// Whether anybody reads what is collected.
    pub fn is_on(&self) -> bool {
        self.0.recorder.is_some()
    }

    /// Everything collected so far, in Prometheus's text format.
    pub(crate) fn render(&self) -> String {
        self.0.recorder.as_ref().map(|recorder| recorder.handle().render()).unwrap_or_default()
    }

    /// Moves single measurements into their histograms. Until that is done they are kept one by one.
    pub(crate) fn tidy_up(&self) {
        if let Some(recorder) = &self.0.recorder {
            recorder.handle().run_upkeep();
        }
    }

    pub(crate) fn counter(&self, metric: &'static Metric, labels: Vec<Label>) -> Counter {
        register_counter(self.0.recorder.as_ref(), metric, labels)
    }

    pub(crate) fn gauge(&self, metric: &'static Metric, labels: Vec<Label>) -> Gauge {
        register_gauge(self.0.recorder.as_ref(), metric, labels)
    }

    pub(crate) fn histogram(&self, metric: &'static Metric, labels: Vec<Label>) -> Histogram {
        match &self.0.recorder {
            Some(recorder) => recorder.register_histogram(&to_key(metric, labels), &METADATA),
            None => Histogram::noop(),
        }
    }

    /// Notes that a request was turned away because too many are in work.
    pub fn count_shed(&self) {
        self.0.requests_shed.increment(1);
    }

    /// Notes that a refresh token came back after its grace.
    pub fn count_refresh_reuse(&self) {
        self.0.refresh_reuses.increment(1);
    }

    /// Notes that a request was refused because its address has used up this allowance.
    pub fn count_limited(&self, limit: Limit) {
        self.limited(limit).increment(1);
    }

    /// Notes that a failed sign-in led to a delay.
    pub fn count_lockout(&self, whose: Locked) {
        self.lockouts(whose).increment(1);
    }

    /// Notes what is appended to the audit trail.
    pub(crate) fn count_events(&self, events: &[Event]) {
        for alike in events.chunk_by(|one, other| one.action() == other.action()) {
            let action = Label::from_static_parts("action", alike[0].action().as_str());
            let counter = self.counter(&catalogue::AUDIT_EVENTS, vec![action]);
            counter.increment(u64::try_from(alike.len()).unwrap_or(u64::MAX));
        }
    }

    fn limited(&self, limit: Limit) -> Counter {
        self.counter(&catalogue::LIMITED, vec![Label::from_static_parts("limit", limit.word())])
    }

    fn lockouts(&self, whose: Locked) -> Counter {
        let whose = match whose {
            Locked::Account => "account",
            Locked::UnknownAddress => "unknown_address",
        };
        self.counter(&catalogue::LOCKOUTS, vec![Label::from_static_parts("whose", whose)])
    }

    /// Makes what has not happened yet a series with the value 0: an alert on its growth would otherwise
    /// miss the first time.
    fn show_zeros(&self) {
        let limits = [Limit::Register, Limit::Login, Limit::Refresh].map(|limit| self.limited(limit));
        let lockouts = [Locked::Account, Locked::UnknownAddress].map(|whose| self.lockouts(whose));
        let refused = self.counter(&catalogue::PASSWORDS_REFUSED, Vec::new());
        for counter in limits.iter().chain(&lockouts).chain([&refused]) {
            counter.increment(0);
        }
        self.0.requests_shed.increment(0);
        self.0.refresh_reuses.increment(0);
    }
}

fn register_counter(
    recorder: Option<&PrometheusRecorder>,
    metric: &'static Metric,
    labels: Vec<Label>,
) -> Counter {
    recorder.map_or(const { Counter::noop() }, |recorder| {
        recorder.register_counter(&to_key(metric, labels), &METADATA)
    })
}

fn register_gauge(
    recorder: Option<&PrometheusRecorder>,
    metric: &'static Metric,
    labels: Vec<Label>,
) -> Gauge {
    recorder.map_or(const { Gauge::noop() }, |recorder| {
        recorder.register_gauge(&to_key(metric, labels), &METADATA)
    })
}

fn to_key(metric: &'static Metric, labels: Vec<Label>) -> Key {
    Key::from_parts(metric.name, labels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_not_happened_yet_is_shown_as_zero() {
        let shown = Metrics::collect().expect("the catalogue is sound").render();
        for line in [
            "voiceassist_http_requests_shed_total 0",
            "voiceassist_refresh_reuses_total 0",
            "voiceassist_limited_requests_total{limit=\"login\"} 0",
            "voiceassist_lockouts_total{whose=\"unknown_address\"} 0",
            "voiceassist_password_refusals_total 0",
        ] {
            assert!(shown.lines().any(|shown| shown == line), "{line} in\n{shown}");
        }
    }

    #[test]
    fn two_applications_count_for_themselves() {
        let (one, other) = (Metrics::collect().expect("sound"), Metrics::collect().expect("sound"));
        one.count_shed();
        assert!(one.render().contains("voiceassist_http_requests_shed_total 1"));
        assert!(other.render().contains("voiceassist_http_requests_shed_total 0"));
    }

    #[test]
    fn what_nobody_reads_is_not_kept() {
        let off = Metrics::off();
        off.count_shed();
        assert!(!off.is_on());
        assert_eq!(off.render(), "");
    }
}
