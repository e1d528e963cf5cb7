//! `--clinic N`: fills a fresh database with invented people, through the same door as everybody.

mod names;
pub(crate) mod people;

use std::io::{IsTerminal, Write};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use serde_json::{Value, json};

use crate::http::Http;
use crate::password::invent_password;
use crate::processes;
use crate::progress::{Progress, describe_duration};

use people::{Person, invent};

/// As many as the gateway hashes passwords at a time on a small machine; more would only wait there.
const AT_A_TIME: usize = 2;

/// Makes `number` accounts as the administrator with this password.
pub(crate) fn fill(
    progress: &mut Progress,
    address: &str,
    email: &str,
    password: &str,
    number: usize,
) -> Result<()> {
    progress.step(&format!("invent {number} people"), "run it again", || {
        let clinic = Clinic { address, email, password, http: Http::new(), token: Mutex::new(String::new()) };
        clinic.sign_in()?;
        let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            let work = || clinic.work_through(number, &next, &done);
            let workers: Vec<_> = (0..AT_A_TIME).map(|_| scope.spawn(work)).collect();
            show_progress(number, &done, || workers.iter().all(|worker| worker.is_finished()));
            workers.into_iter().try_for_each(|worker| match worker.join() {
                Ok(result) => result,
                Err(_) => bail!("a worker ended in a panic"),
            })
        })
    })
}

/// Says now and then how far it is and how long it will take.
fn show_progress(number: usize, done: &AtomicUsize, is_finished: impl Fn() -> bool) {
    let (begin, mut said) = (Instant::now(), Instant::now());
    let is_terminal = std::io::stderr().is_terminal();
    let pause = if is_terminal { Duration::from_millis(250) } else { Duration::from_secs(10) };
    while !is_finished() {
        std::thread::sleep(Duration::from_millis(50));
        let count = done.load(Ordering::Relaxed);
        if said.elapsed() < pause || count == 0 {
            continue;
        }
        said = Instant::now();
        let left = begin.elapsed().mul_f64((number - count) as f64 / count as f64);
        let (start, end) = if is_terminal { ("\r", "   ") } else { ("", "\n") };
        eprint!("{start}  {count} of {number}, {} left{end}", describe_duration(left));
        // Progress that cannot be shown is no reason to stop.
        let _ = std::io::stderr().flush();
    }
    if is_terminal {
        eprint!("\r\x1b[K");
    }
}

struct Clinic<'a> {
    address: &'a str,
    email: &'a str,
    password: &'a str,
    http: Http,
    token: Mutex<String>,
}

impl Clinic<'_> {
    fn work_through(&self, number: usize, next: &AtomicUsize, done: &AtomicUsize) -> Result<()> {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            if index >= number {
                return Ok(());
            }
            processes::check_interrupted()?;
            // The other worker stops as well if this one fails: nobody wants half a clinic twice.
            self.create(&invent(index)).inspect_err(|_| next.store(number, Ordering::Relaxed))?;
            done.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn create(&self, person: &Person) -> Result<()> {
        let role = if person.is_administrator { "admin" } else { "user" };
        let mut body = json!({"email": person.email, "full_name": person.full_name, "role": role});
        if !person.must_change_password {
            // Nobody is to sign in with it, so nobody learns it.
            body["password"] = invent_password().into();
            body["must_change_password"] = false.into();
        }
        let account = self.ask("POST", "/api/users", Some(&body))?;
        if person.has_left
            && let Some(id) = account["id"].as_str()
        {
            self.ask("DELETE", &format!("/api/users/{id}"), None)?;
        }
        Ok(())
    }

    /// One request; signs in again if the access token has run out in a long run.
    fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Value> {
        let address = format!("{}{path}", self.address);
        let send = || {
            let token = self.token().clone();
            self.http.send(method, &address, Some(&token), body)
        };
        let (mut status, mut answer) = send()?;
        if status == 401 {
            self.sign_in()?;
            (status, answer) = send()?;
        }
        if !(200..300).contains(&status) {
            bail!(
                "the gateway refuses ({status}): {}",
                answer["detail"].as_str().unwrap_or("without a reason")
            );
        }
        Ok(answer)
    }

    fn sign_in(&self) -> Result<()> {
        let body = json!({"email": self.email, "password": self.password});
        let (status, answer) =
            self.http.send("POST", &format!("{}/api/auth/login", self.address), None, Some(&body))?;
        let Some(token) = answer["access_token"].as_str() else {
            bail!("the administrator cannot sign in ({status}): {}", answer["detail"]);
        };
        token.clone_into(&mut self.token());
        Ok(())
    }

    fn token(&self) -> std::sync::MutexGuard<'_, String> {
        self.token.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
