//! The key of the chain, and what its MACs are made over.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use chrono::SecondsFormat;
use voiceassist_contract::Secret;

use crate::tables::audit_events;

/// How an event is written down before its MAC is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Format {
    /// Before the trail's end had a seal: times in milliseconds.
    First,
    /// Times as exact as the database keeps them.
    Second,
}

/// The key of the chain.
pub struct AuditKey(hmac::Key);

impl std::fmt::Debug for AuditKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("AuditKey(…)")
    }
}

impl AuditKey {
    /// The key made of this secret.
    pub fn new(secret: &Secret) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret.expose().as_bytes()))
    }

    /// The MAC of an event as it is written today: over every column but the MAC itself.
    pub(super) fn mac(&self, event: &audit_events::Model) -> String {
        self.mac_in(Format::Second, event)
    }

    /// The format in which the event's MAC is its own, if there is one that is not older than `oldest`.
    pub(super) fn format_of(&self, event: &audit_events::Model, oldest: Format) -> Option<Format> {
        let fits = |format: &Format| is_same(&self.mac_in(*format, event), &event.mac);
        [Format::Second, Format::First].into_iter().filter(|format| *format >= oldest).find(fits)
    }

    /// The seal of a trail that ends with this event.
    pub(super) fn seal(&self, sequence: i64, mac: &str) -> String {
        self.sign(&[Some("voiceassist audit head 1"), Some(&sequence.to_string()), Some(mac)])
    }

    /// The MAC of an event as it is written in this format.
    pub(super) fn mac_in(&self, format: Format, event: &audit_events::Model) -> String {
        let (label, at) = match format {
            Format::First => ("voiceassist audit 1", event.at.timestamp_millis().to_string()),
            Format::Second => ("voiceassist audit 2", event.at.to_rfc3339_opts(SecondsFormat::Nanos, true)),
        };
        self.sign(&[
            Some(label),
            Some(&event.id.to_string()),
            Some(&event.sequence.to_string()),
            Some(&at),
            event.actor_id.map(|id| id.to_string()).as_deref(),
            event.actor_name.as_deref(),
            Some(&event.action),
            event.target_kind.as_deref(),
            event.target_id.as_deref(),
            event.address.as_deref(),
            event.request_id.as_deref(),
            event.before.as_deref(),
            event.after.as_deref(),
            Some(&event.previous_mac),
        ])
    }

    /// The HMAC of these parts, each with its length before it, so that no two lists have the same encoding.
    fn sign(&self, parts: &[Option<&str>]) -> String {
        let mut context = hmac::Context::with_key(&self.0);
        for part in parts {
            match part {
                None => context.update(&[0]),
                Some(text) => {
                    context.update(&[1]);
                    context.update(&(text.len() as u64).to_be_bytes());
                    context.update(text.as_bytes());
                }
            }
        }
        hex::encode(context.sign().as_ref())
    }
}

/// Whether two MACs are the same, in a time that does not tell where they differ.
pub(super) fn is_same(one: &str, other: &str) -> bool {
    verify_slices_are_equal(one.as_bytes(), other.as_bytes()).is_ok()
}
