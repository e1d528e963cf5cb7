//! The one place where the interface makes an identity: a new server profile's.

use voiceassist_contract::ipc::ProfileId;

/// An id that no other profile has.
#[expect(clippy::disallowed_methods, reason = "this is the interface's one source of randomness")]
pub(crate) fn new_profile_id() -> ProfileId {
    ProfileId::new_v4()
}
