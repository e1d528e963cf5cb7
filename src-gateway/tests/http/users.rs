//! `/api/users`.

mod me;
