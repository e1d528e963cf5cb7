//! `/metrics`: what is counted after traffic that is known, and what never gets into it.

mod counted;
mod labels;
mod listener;
mod scraped;

use axum::body::Body;
use http::Request;
use tower::ServiceExt;
use voiceassist_gateway::metrics::listener::build_router;

use crate::support::TestApp;

/// The metrics of an application, as Prometheus reads them.
pub(crate) struct Scraped(String);

impl Scraped {
    pub(crate) async fn of(app: &TestApp) -> Self {
        let request = Request::get("/metrics").body(Body::empty()).expect("a request");
        let Ok(response) = build_router(app.state.clone()).oneshot(request).await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/plain; version=0.0.4; charset=utf-8");
        let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.expect("the body arrives");
        Self(String::from_utf8(body.to_vec()).expect("UTF-8"))
    }

    /// Names with their labels, and values.
    fn samples(&self) -> impl Iterator<Item = (&str, f64)> {
        self.0.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(|line| {
            let (series, value) = line.rsplit_once(' ').expect("a name and a value");
            (series, value.parse().expect("a number"))
        })
    }

    /// The sum of the series with this name and, among others, these labels; nothing if there are none.
    fn find(&self, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
        let labels: Vec<String> =
            labels.iter().map(|(label, value)| format!("{label}=\"{value}\"")).collect();
        let fitting = self.samples().filter(|(series, _)| {
            let (its_name, its_labels) = series.split_once('{').unwrap_or((series, ""));
            its_name == name && labels.iter().all(|label| its_labels.contains(label))
        });
        fitting.map(|(_, value)| value).reduce(|one, other| one + other)
    }

    /// The same, 0 if there are none.
    pub(crate) fn count(&self, name: &str, labels: &[(&str, &str)]) -> f64 {
        self.find(name, labels).unwrap_or(0.0)
    }
}
