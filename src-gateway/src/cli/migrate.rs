//! `voiceassist-gateway migrate`, and opening the database for the other commands.

use anyhow::{Context, ensure};

use super::StorageArguments;
use super::operator::Operator;
use crate::audit::{Actor, AuditKey};
use crate::clock::{Clock, SystemClock};
use crate::config::Settings;
use crate::config::secrets::{Key, load_key};
use crate::config::storage::make_private_directory;
use crate::config::variables::Variables;
use crate::database::adoption::{MigrationError, Witness};
use crate::database::place::DatabasePlace;
use crate::database::readers::Readers;
use crate::database::{Database, open_read_only};
use crate::random::SystemRandom;

pub(super) async fn run(arguments: StorageArguments) -> anyhow::Result<()> {
    let variables = Variables::of_process();
    let settings = Settings::read(arguments.data_dir, &variables)?;
    let database = connect(&settings).await?;
    match database.migrate().await {
        Err(MigrationError::OfAnotherGateway) => {
            let key = AuditKey::new(&load_key(Key::Audit, &settings, &variables, &SystemRandom)?);
            let operator = Operator::of_process(&variables);
            let actor =
                Actor { name: Some(format!("{} on the server", operator.name())), ..Actor::default() };
            let now = SystemClock.now();
            let witness = Witness { key: &key, actor, random: &SystemRandom, now };
            if let Some(adopted) = database.adopt(&witness).await? {
                println!("{adopted}");
            }
        }
        migrated => migrated.with_context(|| cannot_migrate(&settings.database))?,
    }
    database.close().await?;
    println!("The database is up to date: {}", settings.database);
    Ok(())
}

/// Opens the database that the settings name and brings it up to this version.
pub(super) async fn open_database(settings: &Settings) -> anyhow::Result<Database> {
    let database = connect(settings).await?;
    database.migrate().await.with_context(|| cannot_migrate(&settings.database))?;
    Ok(database)
}

async fn connect(settings: &Settings) -> anyhow::Result<Database> {
    let place = &settings.database;
    if let DatabasePlace::Sqlite(path) = place
        && let Some(directory) = path.parent().filter(|path| !path.as_os_str().is_empty())
    {
        make_private_directory(directory)
            .with_context(|| format!("The directory {} cannot be made.", directory.display()))?;
    }
    let opened = Database::open(place, settings.database_connections).await;
    opened.with_context(|| format!("The database cannot be opened: {place}."))
}

fn cannot_migrate(place: &DatabasePlace) -> String {
    format!("The database cannot be brought up to date: {place}.")
}

/// Opens a database that must be there, for reading alone.
pub(super) async fn open_existing(place: &DatabasePlace) -> anyhow::Result<Readers> {
    if let DatabasePlace::Sqlite(path) = place {
        ensure!(path.is_file(), "There is no database at {}.", path.display());
    }
    open_read_only(place).await.with_context(|| format!("The database cannot be opened: {place}."))
}
