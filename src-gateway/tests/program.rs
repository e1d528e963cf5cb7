//! The program itself: started as a process, spoken to over loopback, told to stop.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

const PASSWORD: &str = "marble kettle orbit fern";
const PATIENCE: Duration = Duration::from_secs(20);

/// The program with a clean environment and its data in `folder`.
fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_voiceassist-gateway"));
    command.env_clear().env("DATA_DIRECTORY", folder).env("RUST_LOG", "info");
    command
}

/// A running gateway; it is killed if a test fails.
struct Gateway {
    process: Child,
    address: String,
}

impl Gateway {
    fn start(folder: &Path) -> Self {
        Self::start_as(program(folder).stderr(Stdio::null()))
    }

    fn start_as(program: &mut Command) -> Self {
        let mut process = program
            .args(["serve", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut line = String::new();
        let output = process.stdout.as_mut().expect("standard output is piped");
        BufReader::new(output).read_line(&mut line).expect("a line comes");
        let address = line.trim().strip_prefix("listening on http://").unwrap_or_else(|| panic!("{line:?}"));
        Self { address: address.to_owned(), process }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).expect("connects");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time-out is set");
        stream
    }

    fn send_sign_in(&self, email: &str) -> TcpStream {
        let body = format!("{{\"email\": \"{email}\", \"password\": \"{PASSWORD}\"}}");
        let mut stream = self.connect();
        let length = body.len();
        write!(
            stream,
            "POST /api/auth/login HTTP/1.1\r\nHost: gateway\r\nContent-Type: application/json\r\n\
             Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        )
        .expect("sends");
        stream
    }

    #[cfg(unix)]
    fn tell_to_stop(&self) {
        let id = self.process.id().to_string();
        let status = Command::new("kill").args(["-TERM", &id]).status().expect("kill runs");
        assert!(status.success());
    }

    #[cfg(unix)]
    fn wait(mut self) -> std::process::ExitStatus {
        self.process.wait().expect("the program ends")
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        // It has usually ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn read_all(mut stream: TcpStream) -> String {
    let mut text = String::new();
    stream.read_to_string(&mut text).expect("the answer arrives whole");
    text
}

fn create_admin(folder: &Path, email: &str, password: &str) -> Output {
    let mut process = program(folder)
        .args(["create-admin", "--email", email, "--name", "Tomás Weber"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut input = process.stdin.take().expect("standard input is piped");
    // The program may refuse before it reads.
    let _ = writeln!(input, "{password}");
    drop(input);
    process.wait_with_output().expect("the program ends")
}

#[test]
fn the_first_administrator_is_created_and_signs_in() {
    let folder = tempfile::tempdir().expect("a folder");
    let created = create_admin(folder.path(), "admin@clinic.example", PASSWORD);
    assert!(created.status.success(), "{}", String::from_utf8_lossy(&created.stderr));

    let gateway = Gateway::start(folder.path());
    let answer = read_all(gateway.send_sign_in("ADMIN@clinic.example"));
    assert!(answer.starts_with("HTTP/1.1 200"), "{}", answer.lines().next().unwrap_or_default());
    assert!(answer.contains("\"access_token\""));

    let again = create_admin(folder.path(), "Admin@Clinic.example", PASSWORD);
    assert!(!again.status.success());
    assert!(String::from_utf8_lossy(&again.stderr).contains("Another account has this e-mail address"));
}

#[test]
fn a_weak_password_makes_no_administrator() {
    let folder = tempfile::tempdir().expect("a folder");
    let refused = create_admin(folder.path(), "admin@clinic.example", "hunter2");
    assert!(!refused.status.success());
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(said.contains("at least 12") && !said.contains("hunter2"), "{said}");
}

#[test]
fn a_setting_that_cannot_be_honoured_stops_the_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = program(folder.path())
        .args(["serve", "--listen", "127.0.0.1:0"])
        .env("DATABASE_URL", "postgres://voiceassist:hunter2@db/voiceassist")
        .output()
        .expect("the program ends");
    assert!(!output.status.success() && output.stdout.is_empty());
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("PostgreSQL") && !said.contains("hunter2"), "{said}");
}

#[test]
fn the_program_prints_the_document_that_is_kept_in_the_repository() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = program(folder.path()).arg("openapi").output().expect("the program ends");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let copy = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json")).expect("it is there");
    assert!(output.stdout == copy, "see the test of openapi.json");
}

#[test]
#[cfg(unix)]
fn no_accepted_request_is_lost_when_the_program_is_told_to_stop() {
    let folder = tempfile::tempdir().expect("a folder");
    assert!(create_admin(folder.path(), "admin@clinic.example", PASSWORD).status.success());
    let gateway = Gateway::start(folder.path());
    // Sign-ins are slow: these are all in work, or still in the system's queue, when the signal comes.
    let in_work: Vec<_> = (0..6).map(|_| gateway.send_sign_in("admin@clinic.example")).collect();
    gateway.tell_to_stop();
    for stream in in_work {
        assert!(read_all(stream).starts_with("HTTP/1.1 200"));
    }
    assert!(gateway.wait().success());
}

#[test]
#[cfg(unix)]
fn an_idle_connection_does_not_hold_up_the_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let gateway = Gateway::start(folder.path());
    let _idle = gateway.connect();
    gateway.tell_to_stop();
    let started = std::time::Instant::now();
    assert!(gateway.wait().success());
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[test]
fn a_body_that_never_comes_is_waited_for_ten_seconds() {
    let folder = tempfile::tempdir().expect("a folder");
    let gateway = Gateway::start(folder.path());
    let mut stream = gateway.connect();
    let head = "POST /api/auth/login HTTP/1.1\r\nHost: gateway\r\nContent-Type: application/json\r\n\
                Content-Length: 100\r\nConnection: close\r\n\r\n{";
    stream.write_all(head.as_bytes()).expect("sends");
    let answer = read_all(stream);
    assert!(answer.starts_with("HTTP/1.1 408") && answer.contains("request_timed_out"), "{answer}");
}

#[test]
fn metrics_are_shown_where_a_setting_says_and_never_where_the_api_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut process = program(folder.path())
        .args(["serve", "--listen", "127.0.0.1:0"])
        .env("METRICS_LISTEN_ADDRESS", "127.0.0.1:0")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    let output = BufReader::new(process.stdout.take().expect("standard output is piped"));
    let lines: Vec<String> = output.lines().take(2).map(|line| line.expect("a line comes")).collect();
    let address = lines[0].strip_prefix("listening on http://").expect("where the API is").to_owned();
    let gateway = Gateway { address, process };
    let metrics = lines[1].strip_prefix("metrics on http://").and_then(|rest| rest.strip_suffix("/metrics"));
    let metrics = metrics.unwrap_or_else(|| panic!("{lines:?}"));
    let head = "GET /metrics HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n\r\n";
    let ask = |mut stream: TcpStream| {
        stream.set_read_timeout(Some(PATIENCE)).expect("a time-out is set");
        stream.write_all(head.as_bytes()).expect("sends");
        read_all(stream)
    };
    let shown = ask(TcpStream::connect(metrics).expect("connects"));
    assert!(shown.contains("voiceassist_build_info{version="), "{shown}");
    assert!(ask(gateway.connect()).starts_with("HTTP/1.1 404"));

    let refused = program(folder.path())
        .args(["serve", "--listen", "127.0.0.1:8000"])
        .env("METRICS_LISTEN_ADDRESS", "127.0.0.1:8000")
        .output()
        .expect("the program ends");
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(!refused.status.success() && said.contains("a port of their own"), "{said}");
}

/// The text between `"name":"` and the next quote.
fn find_text(answer: &str, name: &str) -> String {
    let (_, rest) =
        answer.split_once(&format!("\"{name}\":\"")).unwrap_or_else(|| panic!("{name} in {answer}"));
    rest.split('"').next().expect("a text").to_owned()
}

fn ask(gateway: &Gateway, request: &str, token: &str, body: &str) -> String {
    let mut stream = gateway.connect();
    let length = body.len();
    write!(
        stream,
        "{request} HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n\
         Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
    .expect("sends");
    read_all(stream)
}

/// Signs in, fails to, refreshes, creates and searches for somebody; gives everything secret that came up.
fn live_a_day(gateway: &Gateway) -> Vec<String> {
    let signed_in = read_all(gateway.send_sign_in("admin@clinic.example"));
    let (access, refresh) = (find_text(&signed_in, "access_token"), find_text(&signed_in, "refresh_token"));
    read_all(gateway.send_sign_in("stranger@clinic.example"));
    let refreshed =
        ask(gateway, "POST /api/auth/refresh", "", &format!("{{\"refresh_token\":\"{refresh}\"}}"));
    let nour = r#"{"email": "nour@clinic.example", "full_name": "Nour Haddad"}"#;
    let created = ask(gateway, "POST /api/users", &access, nour);
    assert!(ask(gateway, "POST /api/users", &access, nour).contains("email_taken"));
    assert!(ask(gateway, "GET /api/users?search=nour@clinic.example", &access, "").contains("Nour Haddad"));
    assert!(ask(gateway, "GET /api/users/me", "not.a.token-at-all", "").contains("token_invalid"));
    let renewed = ["access_token", "refresh_token"].map(|name| find_text(&refreshed, name));
    let temporary = find_text(&created, "temporary_password");
    let typed =
        [PASSWORD, "@clinic.example", "Nour Haddad", "Tomás Weber", "not.a.token-at-all"].map(str::to_owned);
    [access, refresh, temporary].into_iter().chain(renewed).chain(typed).collect()
}

#[test]
fn the_log_of_the_program_holds_no_secret_at_its_finest_level_in_either_format() {
    for format in ["text", "json", "auto"] {
        let folder = tempfile::tempdir().expect("a folder");
        assert!(create_admin(folder.path(), "admin@clinic.example", PASSWORD).status.success());
        let log = folder.path().join("log");
        let file = std::fs::File::create(&log).expect("a file");
        let mut program = program(folder.path());
        let gateway =
            Gateway::start_as(program.env("LOG_FORMAT", format).env("RUST_LOG", "trace").stderr(file));
        let secrets = live_a_day(&gateway);
        drop(gateway);
        let log = std::fs::read_to_string(&log).expect("UTF-8");
        for secret in secrets {
            let leak = log.lines().find(|line| line.contains(&secret));
            assert_eq!(leak, None, "{secret} is in the log");
        }
        let answered: Vec<&str> = log.lines().filter(|line| line.contains("answered")).collect();
        assert!(answered.len() >= 7, "{answered:?}");
        let is_json = |line: &str| line.starts_with('{') && line.ends_with('}');
        assert_eq!(log.lines().all(is_json), format != "text", "into a file, auto is JSON:\n{log}");
    }
}
