//! The application under test and the people who use it.
//!
//! ```ignore
//! let app = TestApp::start().await;
//! let admin = app.administrator().await;
//! admin.get("/api/users").await.assert_status(200);
//! ```

mod answer;
mod app;
mod certificates;
mod cloud;
mod described;
pub mod engine;
mod neighbour;
mod person;
mod served;
mod watch;

pub use answer::{TestAnswer, read_table};
pub use app::{PASSWORD, Places, Setup, TestApp};
pub use certificates::{Authority, CertificateFolder, Issued};
pub use cloud::{CLOUD_PASSWORD, Cloud, Fate};
pub use engine::{Engine, TestDatabase};
pub use neighbour::{Neighbour, Script};
pub use person::Person;
pub use served::{PATIENCE, Served, Wire};
pub use watch::LogWatch;
