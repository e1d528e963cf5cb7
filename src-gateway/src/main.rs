//! The `voiceassist-gateway` program.

fn main() {}
