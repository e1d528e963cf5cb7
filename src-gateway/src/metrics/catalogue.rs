//! Every metric: its name, its kind and what it says. `deploy/metrics.md` explains each; a test holds the
//! two against each other. Units are in the names, as Prometheus wants it.

/// How a metric behaves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// Only grows.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Counts measurements up to each of these bounds.
    Histogram(&'static [f64]),
}

/// A metric.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Metric {
    /// Its name.
    pub name: &'static str,
    /// How it behaves.
    pub kind: Kind,
    /// What it says.
    pub help: &'static str,
}

/// Bounds for requests, in seconds: reading an account takes well under a millisecond, a sign-in a quarter of
/// a second, and 30 seconds are the limit.
const REQUEST_BOUNDS: &[f64] =
    &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];

/// Bounds for bcrypt, in seconds: one comparison takes a quarter of a second, a full queue half a minute.
const PASSWORD_BOUNDS: &[f64] = &[0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];

/// Bounds for writers that wait for their turn, in seconds: a write takes a few milliseconds, and whoever has waited
/// for five seconds is refused.
const WRITE_BOUNDS: &[f64] = &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

macro_rules! catalogue {
    ($($constant:ident, $name:literal, $kind:expr, $help:literal;)+) => {
        $(#[doc = $help] pub(crate) const $constant: Metric = Metric { name: $name, kind: $kind, help: $help };)+

        /// All of them.
        pub const ALL: &[Metric] = &[$($constant),+];
    };
}

catalogue! {
    REQUESTS, "voiceassist_http_requests_total", Kind::Counter, "Requests answered, by route, method and status.";
    REQUEST_SECONDS, "voiceassist_http_request_duration_seconds", Kind::Histogram(REQUEST_BOUNDS), "Time from a request's head to its answer's head.";
    REQUESTS_IN_WORK, "voiceassist_http_requests_in_work", Kind::Gauge, "Requests being worked on now.";
    REQUESTS_SHED, "voiceassist_http_requests_shed_total", Kind::Counter, "Requests turned away because too many were in work.";
    CONNECTIONS, "voiceassist_connections", Kind::Gauge, "Connections held now, those without a request included.";
    MOST_CONNECTIONS, "voiceassist_connections_max", Kind::Gauge, "The most connections that are held.";
    CONNECTIONS_PUT_OUT, "voiceassist_connections_put_out_total", Kind::Counter, "Idle connections closed to make room for new ones.";
    PROBLEMS, "voiceassist_problems_total", Kind::Counter, "Answers that are problems, by code.";
    SIGN_INS, "voiceassist_sign_ins_total", Kind::Counter, "Attempts to sign in, by outcome.";
    LOCKOUTS, "voiceassist_lockouts_total", Kind::Counter, "Failed sign-ins after which the next one has to wait.";
    REFRESH_REUSES, "voiceassist_refresh_reuses_total", Kind::Counter, "Refresh tokens that came back after their grace; each ended a session.";
    LIMITED, "voiceassist_limited_requests_total", Kind::Counter, "Requests refused because their address has used up its allowance.";
    PASSWORDS_WAITING, "voiceassist_password_queue_length", Kind::Gauge, "Passwords waiting for bcrypt or being worked on.";
    PASSWORD_WAIT_SECONDS, "voiceassist_password_queue_seconds", Kind::Histogram(PASSWORD_BOUNDS), "Time that a password waited for a thread.";
    PASSWORD_WORK_SECONDS, "voiceassist_password_hash_seconds", Kind::Histogram(PASSWORD_BOUNDS), "Time that bcrypt took for a password.";
    PASSWORDS_REFUSED, "voiceassist_password_refusals_total", Kind::Counter, "Passwords refused because too many were waiting.";
    POOL_CONNECTIONS, "voiceassist_database_connections", Kind::Gauge, "Connections to the database, by pool and state.";
    POOL_LIMIT, "voiceassist_database_connections_max", Kind::Gauge, "The most connections that the pool makes.";
    POOL_WAIT_SECONDS, "voiceassist_database_acquire_seconds", Kind::Gauge, "How long a connection of the pool took to get just now; 1 if none came within a second.";
    WRITE_WAIT_SECONDS, "voiceassist_database_write_wait_seconds", Kind::Histogram(WRITE_BOUNDS), "Time until a transaction that writes could begin.";
    REDIS_CONNECTED, "voiceassist_redis_connected", Kind::Gauge, "Whether there is a connection to Redis.";
    REDIS_ATTEMPTS, "voiceassist_redis_connection_attempts_total", Kind::Counter, "Attempts to connect to Redis.";
    READINESS, "voiceassist_readiness", Kind::Gauge, "1 for the state that /ready reports.";
    DEPENDENCY_UP, "voiceassist_dependency_up", Kind::Gauge, "Whether a configured service is in order.";
    DEPENDENCY_STATE, "voiceassist_dependency_state", Kind::Gauge, "1 for the state that a service is in.";
    DEPENDENCY_SECONDS, "voiceassist_dependency_latency_seconds", Kind::Gauge, "How long a service took to answer the last check.";
    AUDIT_EVENTS, "voiceassist_audit_events_total", Kind::Counter, "Audit events written by this process, by action.";
    AUDIT_SEQUENCE, "voiceassist_audit_sequence", Kind::Gauge, "The number of the last event of the audit trail, all replicas together.";
    HANDSHAKES, "voiceassist_tls_handshakes_total", Kind::Counter, "Handshakes of encrypted connections, by outcome.";
    CERTIFICATE_END, "voiceassist_tls_certificate_expiry_seconds", Kind::Gauge, "When the certificate in use expires, in seconds since 1970.";
    CERTIFICATE_RELOADS, "voiceassist_tls_certificate_reloads_total", Kind::Counter, "Changed certificate files, by whether they were used.";
    BUILD_INFO, "voiceassist_build_info", Kind::Gauge, "Always 1; the labels say what is running.";
    START_TIME, "process_start_time_seconds", Kind::Gauge, "When the process started, in seconds since 1970.";
    RESIDENT_MEMORY, "process_resident_memory_bytes", Kind::Gauge, "Resident memory.";
    OPEN_FILES, "process_open_fds", Kind::Gauge, "Open file descriptors, connections included.";
    MOST_FILES, "process_max_fds", Kind::Gauge, "The most file descriptors that the process may open.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_one_and_says_its_unit_or_that_it_is_a_total() {
        for (place, metric) in ALL.iter().enumerate() {
            assert!(!ALL[..place].iter().any(|other| other.name == metric.name), "{} twice", metric.name);
            assert_eq!(metric.kind == Kind::Counter, metric.name.ends_with("_total"), "{}", metric.name);
            if let Kind::Histogram(bounds) = metric.kind {
                assert!(metric.name.ends_with("_seconds"), "{}", metric.name);
                assert!(bounds.is_sorted() && !bounds.is_empty(), "{}", metric.name);
            }
        }
    }

    #[test]
    fn the_page_for_administrators_explains_every_metric_and_no_other() {
        let page = include_str!("../../../deploy/metrics.md");
        for metric in ALL {
            assert!(page.contains(&format!("| `{}`", metric.name)), "{} is missing", metric.name);
        }
        let explained = page.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
        for name in explained {
            assert!(ALL.iter().any(|metric| metric.name == name), "{name} is explained and does not exist");
        }
    }
}
