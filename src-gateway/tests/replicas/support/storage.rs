//! The database that replicas share: an SQLite file, or a database of a real PostgreSQL server.

use tempfile::TempDir;
use voiceassist_gateway::database::Database;
use voiceassist_gateway::database::place::DatabasePlace;
use voiceassist_test_engines::Postgres;

/// Connections of a replica.
const CONNECTIONS: u32 = 8;

/// The database that replicas share.
pub struct Storage {
    place: DatabasePlace,
    _folder: Option<TempDir>,
}

impl Storage {
    /// A new SQLite file.
    pub fn file() -> Self {
        let folder = TempDir::new().expect("a folder for the database");
        let place = DatabasePlace::Sqlite(folder.path().join("test.sqlite"));
        Self { place, _folder: Some(folder) }
    }

    /// The database of a PostgreSQL server with this URL.
    pub fn at(url: &str) -> Self {
        Self { place: DatabasePlace::parse(&url.into()).expect("an address"), _folder: None }
    }

    /// Opens it as a process does, with connections of its own.
    pub async fn open(&self) -> Database {
        let database = Database::open(&self.place, CONNECTIONS).await.expect("opens");
        database.migrate().await.expect("migrates");
        database
    }
}

/// A database of the server that all tests share; gone with this value.
pub struct SharedDatabase {
    /// Its URL.
    pub url: String,
}

impl SharedDatabase {
    /// An empty one.
    pub fn create() -> Self {
        let server = Postgres::shared().expect("PostgreSQL runs");
        Self { url: server.create_database().expect("a database is made") }
    }

    /// Runs statements in it, past the gateway.
    pub fn run(&self, sql: &str) -> String {
        let name = self.url.rsplit('/').next().expect("a name");
        Postgres::shared().expect("PostgreSQL runs").run_sql(name, sql).expect("runs")
    }
}

impl Drop for SharedDatabase {
    fn drop(&mut self) {
        // A test that fails shall say why it fails, and not this.
        let _ = Postgres::shared().and_then(|server| server.drop_database(&self.url));
    }
}
