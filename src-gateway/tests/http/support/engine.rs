//! A test's own database: an SQLite file, or a copy of a migrated database on a real PostgreSQL server. The root
//! of the suite says which.

use tempfile::TempDir;
use voiceassist_gateway::database::Database;
use voiceassist_gateway::database::place::DatabasePlace;

/// Connections of an application; many applications run side by side.
const CONNECTIONS: u32 = 5;

/// A database that is gone when this value is.
#[derive(Debug)]
pub struct TestDatabase {
    place: DatabasePlace,
    _folder: TempDir,
    url: Option<String>,
}

impl TestDatabase {
    /// A new one, without accounts.
    pub fn make() -> Self {
        let folder = TempDir::new().expect("a folder");
        if crate::ON_POSTGRES {
            let url = postgres::create();
            let place = DatabasePlace::parse(&url.as_str().into()).expect("an address");
            Self { place, _folder: folder, url: Some(url) }
        } else {
            let place = DatabasePlace::Sqlite(folder.path().join("test.sqlite"));
            Self { place, _folder: folder, url: None }
        }
    }

    /// Opens it as a process does.
    pub async fn open(&self) -> Database {
        let database = Database::open(&self.place, CONNECTIONS).await.expect("opens");
        database.migrate().await.expect("migrates");
        database
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Some(url) = &self.url {
            postgres::drop(url);
        }
    }
}

#[cfg(target_os = "linux")]
mod postgres {
    use voiceassist_gateway::database::Database;
    use voiceassist_gateway::database::place::DatabasePlace;
    use voiceassist_test_engines::Postgres;

    pub fn create() -> String {
        let server = Postgres::shared().expect("PostgreSQL runs");
        server.create_database_like("migrated", fill).expect("a database is made")
    }

    pub fn drop(url: &str) {
        let removed = Postgres::shared().and_then(|server| server.drop_database(url));
        // A test that fails shall say why it fails, and not this.
        if let Err(error) = removed {
            eprintln!("a test's database stays until its server ends: {error:#}");
        }
    }

    fn fill(url: &str) -> anyhow::Result<()> {
        let place = DatabasePlace::parse(&url.into()).map_err(anyhow::Error::msg)?;
        // The test's own runtime is busy with waiting for this.
        std::thread::spawn(move || {
            tokio::runtime::Runtime::new()?.block_on(async {
                let database = Database::open(&place, 2).await?;
                database.migrate().await?;
                Ok(database.close().await?)
            })
        })
        .join()
        .map_err(|_| anyhow::anyhow!("the migration panicked"))?
    }
}

#[cfg(not(target_os = "linux"))]
mod postgres {
    pub fn create() -> String {
        unreachable!("servers for tests run on Linux alone, and so does that suite")
    }

    pub fn drop(_: &str) {}
}
