//! `voiceassist-gateway backup`.

use anyhow::bail;

use super::BackupArguments;
use super::migrate::open_existing;
use crate::audit::AuditKey;
use crate::audit::verify::verify_with_progress;
use crate::backup::back_up;
use crate::config::Settings;
use crate::config::secrets::{Key, find_key};
use crate::config::variables::Variables;
use crate::database::open_read_only;
use crate::database::place::DatabasePlace;

const HOW_ON_POSTGRES: &str = "The database is PostgreSQL's, whose own program copies it while it is in use: \
     pg_dump --format=custom --file=FILE DATABASE. deploy/postgresql.md has the whole of it, the way back included.";

pub(super) async fn run(arguments: BackupArguments) -> anyhow::Result<()> {
    let variables = Variables::of_process();
    let settings = Settings::read(arguments.storage.data_dir, &variables)?;
    if let DatabasePlace::Postgres(_) = settings.database {
        bail!("{HOW_ON_POSTGRES}");
    }
    let source = open_existing(&settings.database).await?;
    let bytes = back_up(&source, &arguments.to).await?;
    source.close().await?;
    println!("Copied the database to {} ({bytes} bytes); the copy is sound.", arguments.to.display());

    let copy = open_read_only(&DatabasePlace::Sqlite(arguments.to.clone())).await?;
    match find_key(Key::Audit, &settings, &variables) {
        Ok(key) => {
            let report = verify_with_progress(&copy, &AuditKey::new(&key), |_, _| ()).await?;
            match (report.fault, report.anchor) {
                (Some(fault), _) => eprintln!("warning: the audit trail in it is broken. {fault}"),
                (None, Some(anchor)) => println!("Its audit trail is intact and ends at {anchor}"),
                (None, None) => println!("Its audit trail has no event yet."),
            }
        }
        Err(_) => eprintln!("warning: without AUDIT_KEY, the audit trail in it was not checked."),
    }
    copy.close().await?;
    println!("The keys (JWT_SECRET, AUDIT_KEY) are not in it; keep them elsewhere.");
    Ok(())
}
