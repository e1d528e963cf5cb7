//! A fault as a sentence for a person, and on the wire.

use std::fmt;

use voiceassist_contract::audit::{AuditFault, AuditFaultKind};

use super::Fault;

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sequence = self.sequence;
        match self.kind {
            AuditFaultKind::Changed if sequence == 1 => write!(
                formatter,
                "Event 1 is not what was written. Either it was changed, or AUDIT_KEY is not the key of this trail."
            ),
            AuditFaultKind::Changed => write!(formatter, "Event {sequence} is not what was written."),
            AuditFaultKind::Removed => write!(formatter, "Event {sequence} was removed."),
            AuditFaultKind::Inserted => {
                write!(formatter, "Event {sequence} was put in by somebody without the key.")
            }
            AuditFaultKind::Replaced => write!(
                formatter,
                "Event {sequence} comes from another history of this trail, for example from a backup."
            ),
            AuditFaultKind::Truncated => {
                write!(formatter, "The end of the trail was cut off: event {sequence} is gone.")
            }
            AuditFaultKind::HeadChanged => write!(
                formatter,
                "The mark of the trail's end, at event {sequence}, is not the one that was written last."
            ),
        }
    }
}

impl From<&Fault> for AuditFault {
    fn from(fault: &Fault) -> Self {
        Self { sequence: fault.sequence, kind: fault.kind, id: fault.id, message: fault.to_string() }
    }
}
