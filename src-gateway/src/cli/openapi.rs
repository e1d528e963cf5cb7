//! `voiceassist-gateway openapi`: prints what the API is, without a database or settings.

use std::io::Write;

use anyhow::Context;

pub(super) fn run() -> anyhow::Result<()> {
    let mut output = std::io::stdout().lock();
    output
        .write_all(crate::openapi::print().as_bytes())
        .and_then(|()| output.flush())
        .context("The document cannot be printed.")
}
