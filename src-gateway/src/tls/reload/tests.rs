//! Looking at the files, step by step.

use std::path::Path;
use std::sync::Arc;

use tempfile::TempDir;

use super::*;
use crate::clock::ManualClock;
use crate::config::tls::TlsFiles;
use crate::metrics::Metrics;

struct Desk {
    folder: TempDir,
    clock: Arc<ManualClock>,
    watcher: Watcher,
}

/// A certificate that is good in 2026 and its key, as PEM.
fn issue(name: &str, until: (i32, u8, u8)) -> (String, String) {
    let mut parameters = rcgen::CertificateParams::new(vec![name.to_owned()]).expect("a name");
    parameters.not_before = rcgen::date_time_ymd(2026, 1, 1);
    parameters.not_after = rcgen::date_time_ymd(until.0, until.1, until.2);
    let key = rcgen::KeyPair::generate().expect("a key");
    (parameters.self_signed(&key).expect("a certificate").pem(), key.serialize_pem())
}

fn write(folder: &Path, certificate: &str, key: &str) {
    std::fs::write(folder.join("certificate.pem"), certificate).expect("writes");
    std::fs::write(folder.join("key.pem"), key).expect("writes");
}

impl Desk {
    fn open(until: (i32, u8, u8)) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let (certificate, key) = issue("first", until);
        write(folder.path(), &certificate, &key);
        let files = TlsFiles {
            certificate: folder.path().join("certificate.pem"),
            key: folder.path().join("key.pem"),
        };
        let tls = Tls::open(&files, &Metrics::collect().expect("sound")).expect("a pair");
        let start = chrono::DateTime::parse_from_rfc3339("2026-11-23T09:00:00Z").expect("a time").to_utc();
        let clock = Arc::new(ManualClock::at(start));
        let watcher =
            Watcher { seen: Ok(tls.current().digest()), warned_at: None, tls, clock: clock.clone() };
        Self { folder, clock, watcher }
    }

    fn fingerprint(&self) -> String {
        self.watcher.tls.current().fingerprint()
    }

    fn reloads(&self, outcome: &str) -> u64 {
        let shown = self.watcher.tls.0.metrics.render();
        let name = format!("voiceassist_tls_certificate_reloads_total{{outcome=\"{outcome}\"}} ");
        shown
            .lines()
            .find_map(|line| line.strip_prefix(&name))
            .map_or(0, |count| count.parse().expect("a number"))
    }
}

#[tokio::test]
async fn a_renewed_certificate_is_taken_once() {
    let mut desk = Desk::open((2027, 6, 1));
    let first = desk.fingerprint();
    desk.watcher.look(false).await;
    assert_eq!((desk.fingerprint(), desk.reloads("done")), (first.clone(), 0));
    let (certificate, key) = issue("second", (2028, 1, 1));
    write(desk.folder.path(), &certificate, &key);
    for _ in 0..3 {
        desk.watcher.look(false).await;
        assert_ne!(desk.fingerprint(), first);
        assert_eq!(desk.reloads("done"), 1);
    }
}

#[tokio::test]
async fn what_cannot_be_used_is_refused_once_and_mended_by_what_can() {
    let mut desk = Desk::open((2027, 6, 1));
    let first = desk.fingerprint();
    let (certificate, key) = issue("second", (2028, 1, 1));
    let (_, other_key) = issue("third", (2028, 1, 1));
    let (expired, its_key) = issue("late", (2026, 11, 22));
    let broken = [
        (certificate.as_str(), other_key.as_str()),
        ("", key.as_str()),
        (certificate.as_str(), ""),
        (certificate.as_str(), "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"),
        ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", key.as_str()),
        (expired.as_str(), its_key.as_str()),
    ];
    for (number, (certificate, key)) in (1..).zip(broken) {
        write(desk.folder.path(), certificate, key);
        desk.watcher.look(false).await;
        desk.watcher.look(false).await;
        assert_eq!((desk.fingerprint(), desk.reloads("refused")), (first.clone(), number));
    }
    std::fs::remove_file(desk.folder.path().join("key.pem")).expect("removes");
    desk.watcher.look(false).await;
    desk.watcher.look(false).await;
    assert_eq!(desk.reloads("refused"), 7);
    desk.watcher.look(true).await;
    assert_eq!(desk.reloads("refused"), 8, "whoever tells it to look is told why not");

    write(desk.folder.path(), &certificate, &key);
    desk.watcher.look(false).await;
    assert_ne!(desk.fingerprint(), first);
}

#[test]
fn the_end_of_a_certificate_is_warned_of_daily_from_two_weeks_before() {
    let mut desk = Desk::open((2026, 12, 10));
    let mut said = |days: i64| {
        desk.clock.advance(chrono::Duration::days(days));
        let before = desk.watcher.warned_at;
        desk.watcher.warn_of_end();
        desk.watcher.warned_at != before
    };
    assert!(!said(0), "17 days before");
    assert!(!said(2), "a little less than 15 days before");
    assert!(said(1), "less than 14 days before");
    assert!(!said(0), "said already");
    assert!(said(1), "a day later");
    assert!(said(20), "after its end");
}
