//! The pages, one module each, and the frame around them.

pub(crate) mod account;
pub(crate) mod accounts;
pub(crate) mod change_password;
pub(crate) mod frame;
pub(crate) mod my_account;
pub(crate) mod new_account;
pub(crate) mod page;
pub(crate) mod rail;
pub(crate) mod settings;
pub(crate) mod sign_in;
pub(crate) mod status;
