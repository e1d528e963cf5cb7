//! Randomness, passed in so that tests can foresee it.

use rustls::crypto::SecureRandom;

use crate::Error;

/// Makes bytes that nobody can guess.
pub trait Random: Send + Sync {
    /// Fills all of `bytes`.
    ///
    /// # Errors
    /// [`Error::Internal`] if the system gives none.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), Error>;
}

/// The system's own.
pub struct SystemRandom(&'static dyn SecureRandom);

impl Default for SystemRandom {
    fn default() -> Self {
        Self(rustls::crypto::aws_lc_rs::default_provider().secure_random)
    }
}

impl Random for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), Error> {
        self.0.fill(bytes).map_err(|_| Error::Internal("the system gives no randomness"))
    }
}
