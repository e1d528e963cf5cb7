//! A server's files: made once by `initdb`, which takes seconds, and copied for every server.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use super::{Durability, USER};
use crate::owner::Owner;
use crate::place::{base, lock, random_name, write_private};
use crate::programs::PostgresPrograms;

/// Counts changes to how the files are made, so that older ones are not taken.
const FORMAT: u32 = 1;

/// Puts the files of a new server into `folder/data` and gives the superuser's password.
pub(super) fn copy_cluster(programs: &PostgresPrograms, folder: &Path) -> Result<String> {
    let base = base()?;
    let template = base.join(format!("cluster-{FORMAT}-{}", read_version(programs)?));
    let guard = lock(&base.join("lock-cluster"))?;
    let password_file = template.join("password");
    if !template.join("complete").exists() {
        // Of one that was begun and not finished nothing is kept.
        let _ = std::fs::remove_dir_all(&template);
        make_cluster(programs, &template)?;
        std::fs::File::create(template.join("complete"))?;
    }
    drop(guard);
    let mut copy = Command::new("cp");
    copy.args(["--archive", "--reflink=auto", "--"]).arg(template.join("data")).arg(folder.join("data"));
    run(copy)?;
    Ok(std::fs::read_to_string(password_file)?)
}

/// What a server is started with; the rest is as PostgreSQL has it.
pub(super) fn settings(port: u16, durability: Durability) -> Vec<String> {
    let mut settings = vec![
        "listen_addresses=127.0.0.1".to_owned(),
        format!("port={port}"),
        "unix_socket_directories=".to_owned(),
        "max_connections=500".to_owned(),
        "shared_buffers=64MB".to_owned(),
        "max_wal_senders=0".to_owned(),
        "wal_level=minimal".to_owned(),
    ];
    if durability == Durability::None {
        settings.extend(["fsync=off", "synchronous_commit=off", "full_page_writes=off"].map(str::to_owned));
    }
    settings
}

fn make_cluster(programs: &PostgresPrograms, template: &Path) -> Result<()> {
    let owner = Owner::find()?;
    std::os::unix::fs::DirBuilderExt::mode(&mut std::fs::DirBuilder::new(), 0o711).create(template)?;
    let data = template.join("data");
    std::os::unix::fs::DirBuilderExt::mode(&mut std::fs::DirBuilder::new(), 0o700).create(&data)?;
    let password = random_name()?;
    let handed_over = template.join("handed-over");
    write_private(&handed_over, &password)?;
    owner.take_over(&data)?;
    owner.take_over(&handed_over)?;
    let mut initdb = owner.command(None, programs.path("initdb"));
    initdb.arg("--pgdata").arg(&data).arg("--pwfile").arg(&handed_over).current_dir("/");
    initdb.args(["--username", USER, "--auth", "scram-sha-256", "--no-sync", "--wal-segsize", "1"]);
    // Sorting by a language's rules is what a server in service may do, and what the gateway must not
    // depend on.
    initdb.args(["--encoding", "UTF8", "--locale-provider", "icu", "--icu-locale", "en-US", "--locale", "C"]);
    run(initdb)?;
    std::fs::remove_file(&handed_over)?;
    write_private(&template.join("password"), &password)
}

/// Such as `15.18`.
fn read_version(programs: &PostgresPrograms) -> Result<String> {
    let output = Command::new(programs.path("postgres")).arg("--version").stdin(Stdio::null()).output();
    let output = output.context("PostgreSQL is not installed (Debian: postgresql)")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let version =
        text.split_whitespace().find(|word| word.starts_with(|letter: char| letter.is_ascii_digit()));
    version.map(str::to_owned).context("PostgreSQL does not say its version")
}

fn run(mut command: Command) -> Result<()> {
    let name = format!("{command:?}");
    let output =
        command.stdin(Stdio::null()).output().with_context(|| format!("{name} cannot be started"))?;
    ensure!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr).trim());
    Ok(())
}
