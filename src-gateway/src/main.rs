//! The `voiceassist-gateway` program: reads its arguments and says in a sentence what went wrong.

use std::process::ExitCode;

use clap::Parser;
use voiceassist_gateway::cli::{Arguments, explain, run};

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {}", explain(&error));
            ExitCode::FAILURE
        }
    }
}
