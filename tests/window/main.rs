//! The real window, driven against real services.
