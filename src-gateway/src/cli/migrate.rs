//! `voiceassist-gateway migrate`.

use anyhow::Context;

use super::StorageArguments;
use crate::config::Settings;
use crate::config::storage::make_private_directory;
use crate::config::variables::Variables;
use crate::database::Database;

pub(super) async fn run(arguments: StorageArguments) -> anyhow::Result<()> {
    let settings = Settings::read(arguments.data_dir, &Variables::of_process())?;
    let database = open_database(&settings).await?;
    database.close().await?;
    println!("The database is up to date: {}", settings.database.display());
    Ok(())
}

/// Opens the database that the settings name and brings it up to this version.
pub(super) async fn open_database(settings: &Settings) -> anyhow::Result<Database> {
    if let Some(directory) = settings.database.parent().filter(|path| !path.as_os_str().is_empty()) {
        make_private_directory(directory)
            .with_context(|| format!("The directory {} cannot be made.", directory.display()))?;
    }
    let shown = settings.database.display();
    let database = Database::open_sqlite(&settings.database)
        .await
        .with_context(|| format!("The database {shown} cannot be opened."))?;
    database
        .migrate()
        .await
        .with_context(|| format!("The database {shown} cannot be brought up to date."))?;
    Ok(database)
}
