//! `voiceassist-gateway migrate`, and opening the database for the other commands.

use anyhow::{Context, ensure};

use super::StorageArguments;
use crate::config::Settings;
use crate::config::storage::make_private_directory;
use crate::config::variables::Variables;
use crate::database::place::DatabasePlace;
use crate::database::readers::Readers;
use crate::database::{Database, open_read_only};

pub(super) async fn run(arguments: StorageArguments) -> anyhow::Result<()> {
    let settings = Settings::read(arguments.data_dir, &Variables::of_process())?;
    let database = open_database(&settings).await?;
    database.close().await?;
    println!("The database is up to date: {}", settings.database);
    Ok(())
}

/// Opens the database that the settings name and brings it up to this version.
pub(super) async fn open_database(settings: &Settings) -> anyhow::Result<Database> {
    let place = &settings.database;
    if let DatabasePlace::Sqlite(path) = place
        && let Some(directory) = path.parent().filter(|path| !path.as_os_str().is_empty())
    {
        make_private_directory(directory)
            .with_context(|| format!("The directory {} cannot be made.", directory.display()))?;
    }
    let opened = Database::open(place, settings.database_connections).await;
    let database = opened.with_context(|| format!("The database cannot be opened: {place}."))?;
    let migrated = database.migrate().await;
    migrated.with_context(|| format!("The database cannot be brought up to date: {place}."))?;
    Ok(database)
}

/// Opens a database that must be there, for reading alone.
pub(super) async fn open_existing(place: &DatabasePlace) -> anyhow::Result<Readers> {
    if let DatabasePlace::Sqlite(path) = place {
        ensure!(path.is_file(), "There is no database at {}.", path.display());
    }
    open_read_only(place).await.with_context(|| format!("The database cannot be opened: {place}."))
}
