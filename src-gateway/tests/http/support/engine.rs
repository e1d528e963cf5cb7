//! A test's own database: an SQLite file, or a copy of a migrated database on a real PostgreSQL server. Which of them,
//! `#[on_each_engine]` says.

use std::cell::Cell;

use tempfile::TempDir;
use tokio::runtime::Builder;
use voiceassist_gateway::database::Database;
use voiceassist_gateway::database::place::DatabasePlace;

/// Connections of an application; many applications run side by side.
const CONNECTIONS: u32 = 5;

/// What a test's databases are on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Files of SQLite.
    Sqlite,
    /// Databases of a PostgreSQL server.
    Postgres,
}

thread_local! {
    /// The engine of the test that runs on this thread.
    static ENGINE: Cell<Option<Engine>> = const { Cell::new(None) };
}

impl Engine {
    /// The engine of the test that runs on this thread.
    pub fn current() -> Self {
        ENGINE.get().expect("the test has #[on_each_engine]")
    }
}

/// Runs a test on this engine, in a runtime with so many threads: what `#[on_each_engine]` makes calls it.
pub fn run_on<F: Future<Output = ()>>(engine: Engine, threads: Option<usize>, test: impl FnOnce() -> F) {
    ENGINE.set(Some(engine));
    let mut builder = match threads {
        None => Builder::new_current_thread(),
        Some(number) => {
            let mut builder = Builder::new_multi_thread();
            builder.worker_threads(number);
            builder
        }
    };
    let runtime = builder.enable_all().build().expect("a runtime");
    // Both engines' tests hold a snapshot of the source against what they get, and may do so in one process.
    insta::allow_duplicates! {
        runtime.block_on(test());
    }
}

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
        let (place, url) = match Engine::current() {
            Engine::Sqlite => (DatabasePlace::Sqlite(folder.path().join("test.sqlite")), None),
            Engine::Postgres => {
                let url = postgres::create();
                (DatabasePlace::parse(&url.as_str().into()).expect("an address"), Some(url))
            }
        };
        Self { place, _folder: folder, url }
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
        unreachable!("servers for tests run on Linux alone, and so do those tests")
    }

    pub fn drop(_: &str) {}
}
