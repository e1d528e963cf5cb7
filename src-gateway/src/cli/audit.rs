//! `voiceassist-gateway audit verify`: checks the trail without a running gateway, and changes nothing.

use anyhow::{Context, bail};

use super::AuditVerifyArguments;
use super::migrate::open_existing;
use crate::audit::AuditKey;
use crate::audit::verify::{verify_anchor, verify_with_progress};
use crate::config::Settings;
use crate::config::secrets::{Key, find_key};
use crate::config::variables::Variables;

pub(super) async fn verify(arguments: AuditVerifyArguments) -> anyhow::Result<()> {
    let variables = Variables::of_process();
    let settings = Settings::read(arguments.storage.data_dir, &variables)?;
    let key = AuditKey::new(&find_key(Key::Audit, &settings, &variables)?);
    let database = open_existing(&settings.database).await?;

    let report = verify_with_progress(&database, &key, |_, _| ()).await.context(
        "The audit trail cannot be read. If this database is of an older version, run migrate first.",
    )?;
    let mut fault = report.fault;
    for anchor in &arguments.expect {
        if fault.is_none() {
            fault = verify_anchor(&database, anchor).await?;
        }
    }
    database.close().await?;
    if let Some(fault) = fault {
        bail!(
            "The audit trail is broken. {fault} The {} events before it fit.",
            report.checked.min(fault.sequence - 1).max(0)
        );
    }
    println!("The audit trail is intact: {} events.", report.checked);
    if let Some(anchor) = report.anchor {
        println!("anchor {anchor}");
        println!("Keep this line where nobody who can write into the database can, and give it to the next");
        println!("check with --expect: only that shows that the end was not cut off with all traces of it.");
    }
    Ok(())
}
