//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::audit::anchor::Anchor;
use crate::config::parse_listen_address;
use crate::config::table::describe_settings;

mod audit;
mod backup;
mod create_admin;
mod explain;
mod health;
mod migrate;
mod openapi;
mod operator;
mod recover_admin;
mod serve;

pub use explain::explain;

/// The VoiceAssist API server.
///
/// Settings come from the environment. Secrets are never arguments.
#[derive(Debug, Parser)]
#[command(name = "voiceassist-gateway", version, max_term_width = 100, after_long_help = describe_settings())]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the API until told to stop.
    Serve(ServeArguments),
    /// Bring the database up to this version and end.
    Migrate(StorageArguments),
    /// Create an administrator. The password is asked for, or read from standard input.
    CreateAdmin(CreateAdminArguments),
    /// Let somebody in again when no administrator can sign in: creates an administrator, or makes an existing
    /// account one, active and unlocked, with a one-time password that is printed once.
    RecoverAdmin(RecoverAdminArguments),
    /// Copy the database while it is in use (SQLite), or say how to (PostgreSQL).
    Backup(BackupArguments),
    /// Ask a running gateway how it is. Ends with 1 if it is not in order or does not answer.
    Health(HealthArguments),
    /// Print the description of the API (OpenAPI 3.1, JSON), as it is served at /openapi.json.
    Openapi,
    /// Look after the audit trail.
    #[command(subcommand)]
    Audit(AuditCommand),
}

#[derive(Debug, Subcommand)]
enum AuditCommand {
    /// Check that no event was changed, removed or put in. Ends with 1 and names the first that does not fit.
    Verify(AuditVerifyArguments),
}

#[derive(Debug, Args)]
struct StorageArguments {
    /// Where to keep the database and, in development, the keys [env: DATA_DIRECTORY].
    #[arg(long, value_name = "DIRECTORY")]
    data_dir: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct ServeArguments {
    /// Where to listen; port 0 picks a free one and prints it.
    #[arg(long, env = "LISTEN_ADDRESS", default_value = "127.0.0.1:8000", value_parser = parse_listen_address)]
    listen: SocketAddr,
    #[command(flatten)]
    storage: StorageArguments,
}

#[derive(Debug, Args)]
struct CreateAdminArguments {
    /// The administrator's e-mail address.
    #[arg(long)]
    email: String,
    /// The administrator's full name.
    #[arg(long)]
    name: String,
    /// The password must be changed at the first sign-in.
    #[arg(long)]
    must_change: bool,
    #[command(flatten)]
    storage: StorageArguments,
}

#[derive(Debug, Args)]
struct RecoverAdminArguments {
    /// The account's e-mail address.
    #[arg(long)]
    email: String,
    /// The full name of an administrator who has no account yet.
    #[arg(long)]
    name: Option<String>,
    #[command(flatten)]
    storage: StorageArguments,
}

#[derive(Debug, Args)]
struct BackupArguments {
    /// The file to make. One that is there is never overwritten.
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
    #[command(flatten)]
    storage: StorageArguments,
}

#[derive(Debug, Args)]
struct HealthArguments {
    /// Where it is; by default where a gateway with the same setting listens.
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// Ask whether it can do its work, not only whether it answers.
    #[arg(long)]
    ready: bool,
    /// Where the gateway listens.
    #[arg(long, env = "LISTEN_ADDRESS", default_value = "127.0.0.1:8000", value_parser = parse_listen_address)]
    listen: SocketAddr,
}

#[derive(Debug, Args)]
struct AuditVerifyArguments {
    /// An anchor that an earlier check printed: its event must still be there. Can be given several times.
    #[arg(long, value_name = "SEQUENCE:MAC")]
    expect: Vec<Anchor>,
    #[command(flatten)]
    storage: StorageArguments,
}

/// Does what the arguments say.
///
/// # Errors
/// A sentence that says what to do.
pub async fn run(arguments: Arguments) -> anyhow::Result<()> {
    match arguments.command {
        Command::Serve(arguments) => serve::run(arguments).await,
        Command::Migrate(arguments) => migrate::run(arguments).await,
        Command::CreateAdmin(arguments) => create_admin::run(arguments).await,
        Command::RecoverAdmin(arguments) => recover_admin::run(arguments).await,
        Command::Backup(arguments) => backup::run(arguments).await,
        Command::Health(arguments) => health::run(arguments).await,
        Command::Openapi => openapi::run(),
        Command::Audit(AuditCommand::Verify(arguments)) => audit::verify(arguments).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn a_password_is_never_an_argument() {
        let with_password =
            ["voiceassist-gateway", "create-admin", "--email", "a@b.c", "--name", "A", "--password", "x"];
        assert!(Arguments::try_parse_from(with_password).is_err());
    }
}
