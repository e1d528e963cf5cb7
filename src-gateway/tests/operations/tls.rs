//! A gateway that encrypts by itself, as a process: how it starts, is asked, renews and ends.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use rustls::pki_types::ServerName;
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConnection, StreamOwned};

use crate::certificates::{Authority, CertificateFolder};
use crate::support::{Clinic, EMAIL, PASSWORD};

const PATIENCE: Duration = Duration::from_secs(30);

/// A gateway that encrypts; it is ended with the test.
struct Encrypting {
    process: Child,
    address: String,
    log: Receiver<String>,
}

impl Encrypting {
    fn start(clinic: &Clinic, folder: &CertificateFolder) -> Self {
        let mut process = with_files(clinic.program(), folder)
            .args(["serve", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut line = String::new();
        let output = process.stdout.as_mut().expect("standard output is piped");
        BufReader::new(output).read_line(&mut line).expect("a line comes");
        let address = line.trim().strip_prefix("listening on https://").unwrap_or_else(|| panic!("{line:?}"));
        let (sender, log) = channel();
        let errors = BufReader::new(process.stderr.take().expect("standard error is piped"));
        // Ends with the process, whose end of the pipe it reads to the end.
        std::thread::spawn(move || {
            errors.lines().map_while(Result::ok).try_for_each(|line| sender.send(line))
        });
        Self { address: address.to_owned(), process, log }
    }

    /// Waits for a line of the log.
    fn wait_for(&self, what: &str) {
        let until = Instant::now() + PATIENCE;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let line = self.log.recv_timeout(left).unwrap_or_else(|_| panic!("no {what:?} in the log"));
            if line.contains(what) {
                return;
            }
        }
    }

    fn signal(&self, name: &str) {
        let id = self.process.id().to_string();
        assert!(Command::new("kill").args([name, &id]).status().expect("kill runs").success());
    }
}

impl Drop for Encrypting {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn with_files(mut program: Command, folder: &CertificateFolder) -> Command {
    let files = folder.files();
    program.env("TLS_CERTIFICATE_FILE", files.certificate).env("TLS_PRIVATE_KEY_FILE", files.key);
    program
}

/// What `health` says of it, asked without a name.
fn ask_health(clinic: &Clinic, gateway: &Encrypting, folder: &CertificateFolder) -> String {
    let mut program = with_files(clinic.program(), folder);
    let output = program.env("LISTEN_ADDRESS", &gateway.address).arg("health").output().expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

#[test]
fn it_says_where_it_is_and_is_asked_without_a_name_or_an_authority() {
    let clinic = Clinic::found();
    let authority = Authority::found();
    let folder = CertificateFolder::with(&authority.issue());
    let gateway = Encrypting::start(&clinic, &folder);
    let said = ask_health(&clinic, &gateway, &folder);
    assert!(said.starts_with("healthy: version ") && !said.contains("another certificate"), "{said}");
    let url = format!("https://{}", gateway.address);
    // Under an address, and without an authority that the computer knows, it is taken for nobody.
    assert_eq!(clinic.run(&["health", "--url", &url]).code, Some(1));

    let files = folder.files();
    std::fs::write(files.certificate, authority.issue().certificate).expect("writes");
    let said = ask_health(&clinic, &gateway, &folder);
    assert!(said.contains("another certificate than TLS_CERTIFICATE_FILE"), "{said}");
}

#[test]
#[cfg(unix)]
fn it_renews_its_certificate_when_told_to_and_goes_on() {
    let clinic = Clinic::found();
    let authority = Authority::found();
    let folder = CertificateFolder::with(&authority.issue());
    let gateway = Encrypting::start(&clinic, &folder);
    gateway.signal("-HUP");
    gateway.wait_for("the certificate is the one in use");
    folder.put(&authority.issue());
    gateway.signal("-HUP");
    gateway.wait_for("new connections get the new certificate");
    assert!(!ask_health(&clinic, &gateway, &folder).contains("another certificate"));
}

#[test]
#[cfg(unix)]
fn no_accepted_request_is_lost_when_it_is_told_to_stop() {
    let clinic = Clinic::found();
    let authority = Authority::found();
    let folder = CertificateFolder::with(&authority.issue());
    let mut gateway = Encrypting::start(&clinic, &folder);
    let client = Arc::new(authority.client(&[&TLS12, &TLS13]));
    let body = format!("{{\"email\": \"{EMAIL}\", \"password\": \"{PASSWORD}\"}}");
    let length = body.len();
    let sign_in = format!(
        "POST /api/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
         Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    );
    // Sign-ins are slow: these are all in work when the signal comes.
    let in_work: Vec<_> = (0..6)
        .map(|_| {
            let stream = TcpStream::connect(&gateway.address).expect("connects");
            stream.set_read_timeout(Some(PATIENCE)).expect("a time-out is set");
            let name = ServerName::try_from("localhost").expect("a name");
            let connection = ClientConnection::new(client.clone(), name).expect("a client");
            let mut stream = StreamOwned::new(connection, stream);
            stream.write_all(sign_in.as_bytes()).expect("shakes hands and sends");
            stream
        })
        .collect();
    gateway.signal("-TERM");
    for mut stream in in_work {
        let mut answer = String::new();
        // Only an end that was announced is one (RFC 8446 section 6.1): a cut would be an error here.
        stream.read_to_string(&mut answer).expect("the answer arrives whole");
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
    assert!(gateway.process.wait().expect("it ends").success());
}

#[test]
fn files_that_cannot_be_used_stop_the_start_with_a_sentence() {
    let clinic = Clinic::found();
    let authority = Authority::found();
    let (one, other) = (authority.issue(), authority.issue());
    let folder = CertificateFolder::with(&one);
    let files = folder.files();
    let refusal = || {
        let mut program = with_files(clinic.program(), &folder);
        let output = program.args(["serve", "--listen", "127.0.0.1:0"]).output().expect("it ends");
        assert!(!output.status.success() && output.stdout.is_empty());
        String::from_utf8(output.stderr).expect("UTF-8")
    };
    std::fs::write(&files.key, &other.key).expect("writes");
    let said = refusal();
    assert!(said.contains("cannot be used together") && !said.contains("PRIVATE KEY-"), "{said}");
    std::fs::write(&files.key, "hunter2").expect("writes");
    let said = refusal();
    assert!(said.contains("TLS_PRIVATE_KEY_FILE") && !said.contains("hunter2"), "{said}");
    std::fs::remove_file(&files.key).expect("removes");
    assert!(refusal().contains("TLS_PRIVATE_KEY_FILE names cannot be read"));
    std::fs::write(&files.key, &one.key).expect("writes");
    std::fs::write(&files.certificate, "").expect("writes");
    assert!(refusal().contains("TLS_CERTIFICATE_FILE names has no certificate"));
}

#[test]
#[cfg(unix)]
fn a_key_that_everybody_can_read_is_warned_of() {
    use std::os::unix::fs::PermissionsExt;
    let clinic = Clinic::found();
    let folder = CertificateFolder::with(&Authority::found().issue());
    let key = folder.files().key;
    std::fs::set_permissions(&key, PermissionsExt::from_mode(0o644)).expect("changes");
    Encrypting::start(&clinic, &folder).wait_for("everybody on this computer can read the private key");
}

#[test]
fn in_production_passwords_do_not_travel_in_the_clear_unless_somebody_says_so() {
    let clinic = Clinic::found();
    let mut program = clinic.program();
    program
        .env("ENVIRONMENT", "production")
        .env("JWT_SECRET", "j".repeat(40))
        .env("AUDIT_KEY", "a".repeat(40));
    let output = program.args(["serve", "--listen", "0.0.0.0:0"]).output().expect("it ends");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains("PLAIN_HTTP=allow"), "{said}");
}
