//! The papers in `deploy/` say what is so: the services are those of the report and as closed as they claim, no
//! secret has a default, every setting and every command in them exists, and what the guide tells to do works.

mod commands;
mod compose;
mod guide;
#[cfg(unix)]
mod restore;
#[cfg(unix)]
mod secrets;
mod support;
mod unit;
