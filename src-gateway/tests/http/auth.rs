//! `/api/auth`.

mod bad_input;
mod limits;
mod lock;
mod login;
mod logout;
mod me;
mod policy;
mod refresh;
mod register;
mod sessions;
mod step_up;
