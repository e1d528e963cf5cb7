//! What differs between the systems' keychains.

use std::sync::Arc;

use keyring_core::CredentialStore;

/// The Secret Service, over D-Bus.
#[cfg(target_os = "linux")]
pub(super) fn open_platform_store() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(zbus_secret_service_keyring_store::Store::new()?)
}

/// The login keychain.
#[cfg(target_os = "macos")]
pub(super) fn open_platform_store() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(apple_native_keyring_store::keychain::Store::new()?)
}

/// The Credential Manager.
#[cfg(windows)]
pub(super) fn open_platform_store() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(windows_native_keyring_store::Store::new()?)
}

/// Systems without a keychain that this program knows.
#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
pub(super) fn open_platform_store() -> keyring_core::Result<Arc<CredentialStore>> {
    Err(keyring_core::Error::NotSupportedByStore("no keychain is known for this system".into()))
}

/// What an item is called where a person sees it; only the Secret Service takes a label of ours.
pub(super) const LABEL_MODIFIER: Option<&str> = if cfg!(target_os = "linux") { Some("label") } else { None };

/// The most bytes in one item: `CRED_MAX_CREDENTIAL_BLOB_SIZE` on Windows, no limit that matters elsewhere.
pub(super) const MOST_BYTES: Option<usize> = if cfg!(windows) { Some(2560) } else { None };
