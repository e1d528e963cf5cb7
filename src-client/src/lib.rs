//! The backend layer: everything between a command of the window and an HTTP request.
//!
//! A [`Client`] speaks to one server of one profile. It holds the session (the access token in
//! memory, the refresh token in the keychain), refreshes it before it runs out, and groups the
//! server's operations as [`Client::auth`], [`Client::users`] and [`Client::health`]. It learns
//! which kind of server it speaks to from what that answers (`dialects`), and knows nothing of windows,
//! so that all of it is tested without one.

mod auth;
mod client;
mod clock;
mod connection;
mod crypto;
mod dialects;
mod directory;
mod error;
mod health;
mod known;
mod random;
mod session;
mod timeouts;
mod token_store;
mod transport;
mod users;

pub use auth::Auth;
pub use client::Client;
pub use clock::{Clock, SystemClock};
pub use connection::Connection;
pub use crypto::install_crypto_provider;
pub use error::{Error, Fault, Obstacle, PartlyDone, ProblemAnswer, SignedOut, UnexpectedAnswer};
pub use health::HealthChecks;
pub use random::{Random, SystemRandom};
pub use timeouts::Timeouts;
pub use token_store::{
    KEYCHAIN_SERVICE, KeychainTokenStore, MemoryTokenStore, TokenStore, TokenStoreError, open_keychain,
};
pub use users::Users;
