//! `/api/auth`.

mod me;
