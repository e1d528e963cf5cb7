//! The small parts that the screens are made of, on native elements.

pub(crate) mod avatar;
pub(crate) mod badge;
pub(crate) mod countdown;
pub(crate) mod dialog;
pub(crate) mod failed;
pub(crate) mod field;
pub(crate) mod focus;
pub(crate) mod icon;
pub(crate) mod missing;
pub(crate) mod moment;
pub(crate) mod new_password;
pub(crate) mod notice;
pub(crate) mod password;
pub(crate) mod server_form;
pub(crate) mod sessions;
pub(crate) mod temporary_password;
pub(crate) mod toasts;
