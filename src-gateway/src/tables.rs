//! The database's tables as types, one file each.

pub mod account_index;
pub mod audit_events;
pub mod audit_head;
pub mod nextcloud_links;
pub mod nextcloud_pause;
pub mod sessions;
pub mod unknown_sign_ins;
pub mod users;
