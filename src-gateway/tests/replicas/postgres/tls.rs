//! Connections to PostgreSQL are encrypted, and go to nobody else, where the address says so.

use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};

use voiceassist_gateway::database::Database;
use voiceassist_gateway::database::place::DatabasePlace;
use voiceassist_test_engines::Postgres;

fn certificate(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../src-client/tests/certificates").join(name)
}

/// Lets the server speak TLS with the certificate of this name.
fn encrypt(server: &Postgres, name: &str) {
    let data = server.data_directory();
    let owner = std::fs::metadata(&data).expect("it is there");
    for ending in ["pem", "key"] {
        let file = data.join(format!("own.{ending}"));
        std::fs::copy(certificate(&format!("{name}.{ending}")), &file).expect("copies");
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).expect("is private");
        chown(&file, Some(owner.uid()), Some(owner.gid())).expect("is the server's");
    }
    for setting in ["ssl_cert_file = 'own.pem'", "ssl_key_file = 'own.key'", "ssl = on"] {
        server.run_sql("postgres", &format!("ALTER SYSTEM SET {setting}")).expect("is set");
    }
    server.run_sql("postgres", "SELECT pg_reload_conf()").expect("is read");
}

async fn connect(url: &str, rest: &str) -> Result<Database, String> {
    let place = DatabasePlace::parse(&format!("{url}?{rest}").as_str().into()).expect("an address");
    Database::open(&place, 2).await.map_err(|error| error.to_string())
}

/// Waits until the server has read its settings again.
async fn wait_until_encrypted(url: &str, root: &str) -> Database {
    let mut why = String::new();
    for _ in 0..100 {
        match connect(url, root).await {
            Ok(database) => return database,
            Err(error) => why = error,
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("the server does not encrypt: {why}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_asks_for_the_right_server_gets_no_other() {
    let server = Postgres::start().expect("PostgreSQL");
    let url = server.create_database().expect("a database");
    let refused = connect(&url, "sslmode=require").await.expect_err("the server cannot encrypt yet");
    assert!(!refused.contains(&url), "{refused}");

    encrypt(&server, "good");
    let authority = certificate("ca.pem").display().to_string();
    let checked = format!("sslmode=verify-full&sslrootcert={authority}");
    let database = wait_until_encrypted(&url, &checked).await;
    database.migrate().await.expect("migrates");
    let encrypted = "SELECT count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
                      WHERE ssl AND application_name = 'voiceassist-gateway'";
    assert_ne!(server.run_sql("postgres", encrypted).expect("reads").trim(), "0");
    database.close().await.expect("closes");

    // A certificate that is somebody else's is refused, and so is an authority that this computer does not know.
    let unknown = connect(&url, "sslmode=verify-full").await.expect_err("nobody vouches for it");
    assert!(unknown.to_lowercase().contains("certificate"), "{unknown}");
    encrypt(&server, "other-name");
    let mut said = String::new();
    for _ in 0..100 {
        match connect(&url, &checked).await {
            Ok(database) => database.close().await.expect("closes"),
            Err(error) => {
                said = error;
                break;
            }
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert!(said.to_lowercase().contains("certificate"), "another server's certificate was taken: {said}");
}
