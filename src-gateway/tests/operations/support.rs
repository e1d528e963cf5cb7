//! A gateway and its commands as processes, with a folder of their own.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use voiceassist_gateway::database::Database;

/// The administrator's address.
pub const EMAIL: &str = "admin@clinic.example";
/// The administrator's password.
pub const PASSWORD: &str = "marble kettle orbit fern";

const PATIENCE: Duration = Duration::from_secs(30);

/// A place where a gateway keeps its data, with one administrator.
pub struct Clinic {
    folder: TempDir,
    /// Where its database is, if that is no file here.
    database_url: Option<String>,
}

impl Clinic {
    /// A new one.
    pub fn found() -> Self {
        Self::found_at(Self { folder: TempDir::new().expect("a folder"), database_url: None })
    }

    /// One whose database is there, without an administrator of this gateway.
    #[cfg(target_os = "linux")]
    pub fn beside(database_url: &str) -> Self {
        let folder = TempDir::new().expect("a folder");
        Self { folder, database_url: Some(database_url.to_owned()) }
    }

    /// Makes its administrator.
    pub fn found_at(clinic: Self) -> Self {
        let arguments = ["create-admin", "--email", EMAIL, "--name", "Tomás Weber"];
        let mut process = clinic
            .program()
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .expect("the program starts");
        let mut input = process.stdin.take().expect("standard input is piped");
        writeln!(input, "{PASSWORD}").expect("the program reads");
        drop(input);
        assert!(process.wait().expect("the program ends").success());
        clinic
    }

    /// A file of it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The program with a clean environment and its data here.
    pub fn program(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_voiceassist-gateway"));
        command.env_clear().env("DATA_DIRECTORY", self.folder.path()).env("RUST_LOG", "info");
        if let Some(url) = &self.database_url {
            command.env("DATABASE_URL", url);
        }
        command
    }

    /// Runs a command to its end.
    pub fn run(&self, arguments: &[&str]) -> Outcome {
        Outcome::of(self.program().args(arguments).stdin(Stdio::null()).output().expect("the program runs"))
    }

    /// The same, on another database file.
    pub fn run_on(&self, database: &Path, arguments: &[&str]) -> Outcome {
        let url = format!("sqlite://{}", database.display());
        Outcome::of(
            self.program().env("DATABASE_URL", url).args(arguments).output().expect("the program runs"),
        )
    }

    /// The database, past the gateway.
    pub async fn database(&self) -> Database {
        Database::open_sqlite(&self.path("voiceassist.sqlite")).await.expect("the database opens")
    }

    /// Starts a gateway.
    pub fn serve(&self) -> Gateway {
        let mut process = self
            .program()
            .args(["serve", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        let mut line = String::new();
        let output = process.stdout.as_mut().expect("standard output is piped");
        BufReader::new(output).read_line(&mut line).expect("a line comes");
        let address = line.trim().strip_prefix("listening on http://").unwrap_or_else(|| panic!("{line:?}"));
        Gateway { address: address.to_owned(), process }
    }
}

/// What a command said and how it ended.
#[derive(Debug)]
pub struct Outcome {
    /// The code it ended with.
    pub code: Option<i32>,
    /// What it printed.
    pub said: String,
    /// What it complained of.
    pub complained: String,
}

impl Outcome {
    fn of(output: Output) -> Self {
        Self {
            code: output.status.code(),
            said: String::from_utf8(output.stdout).expect("UTF-8"),
            complained: String::from_utf8(output.stderr).expect("UTF-8"),
        }
    }

    /// Fails the test if the command failed.
    #[track_caller]
    pub fn assert_done(self) -> Self {
        assert_eq!(self.code, Some(0), "{self:?}");
        self
    }

    /// Fails the test unless the command failed and said this.
    #[track_caller]
    pub fn assert_refused(self, why: &str) -> Self {
        assert_eq!(self.code, Some(1), "{self:?}");
        assert!(self.complained.contains(why), "{self:?}");
        self
    }

    /// What follows after this beginning of a line.
    #[track_caller]
    pub fn after(&self, beginning: &str) -> String {
        let rest = self.said.lines().find_map(|line| line.strip_prefix(beginning));
        rest.unwrap_or_else(|| panic!("{beginning:?} in {:?}", self.said)).trim().to_owned()
    }
}

/// A running gateway; it is ended with the test.
pub struct Gateway {
    process: Child,
    address: String,
}

impl Gateway {
    /// Where it listens.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Signs in and gives the access token.
    pub fn sign_in(&self, email: &str, password: &str) -> String {
        let (status, body) =
            self.call("POST", "/api/auth/login", "", Some(json!({"email": email, "password": password})));
        assert_eq!(status, 200, "{body}");
        body["access_token"].as_str().expect("a token").to_owned()
    }

    /// The status and the body of an answer.
    pub fn call(&self, method: &str, path: &str, token: &str, body: Option<Value>) -> (u16, Value) {
        self.call_version(method, path, token, 1, body)
    }

    /// The same, based on this version.
    pub fn call_version(
        &self,
        method: &str,
        path: &str,
        token: &str,
        version: i64,
        body: Option<Value>,
    ) -> (u16, Value) {
        let mut stream = TcpStream::connect(&self.address).expect("connects");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time-out is set");
        let body = body.map(|body| body.to_string()).unwrap_or_default();
        let length = body.len();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer {token}\r\nIf-Match: {version}\r\n\
             Content-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        )
        .expect("sends");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("the answer arrives whole");
        let status = answer.split(' ').nth(1).and_then(|code| code.parse().ok()).expect("a status");
        let body = answer.split_once("\r\n\r\n").expect("a body").1;
        (status, serde_json::from_str(body).unwrap_or_default())
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
