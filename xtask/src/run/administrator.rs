//! The administrator that one signs in as. Its password is shown once and never written down.

use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::data::Data;
use super::gateway::command_on;
use crate::password::invent_password;
use crate::processes;
use crate::progress::Progress;

/// Hashing a password takes a quarter of a second; another writer may be at work.
const PATIENCE: Duration = Duration::from_secs(60);

/// Who signs in.
pub(super) struct Administrator {
    /// Filled in at the sign-in.
    pub(super) email: String,
    /// Known only right after it was made.
    pub(super) password: Option<String>,
    creation: Option<Creation>,
}

/// The administrator there is, or the first one. If the password must be known, another one if need be. One that is
/// new is being made: see [`Administrator::finish`].
pub(super) fn provide(
    progress: &mut Progress,
    program: &Path,
    data: &Data,
    must_know_password: bool,
) -> Result<Administrator> {
    let known = data.administrators();
    if let Some(email) = known.first() {
        if !must_know_password {
            progress.say(&format!("Sign in as {email} with the password that was shown when it was made."));
            progress.say("If it is lost, `cargo xtask run --fresh` begins with an empty database.");
            return Ok(Administrator { email: email.clone(), password: None, creation: None });
        }
        progress.say(&format!("The password of {email} was shown once and is not kept: making another one."));
    }
    let (email, name) = next_administrator(known.len());
    let password = invent_password();
    let creation = Creation::start(command_on(program, data.folder()), &email, &name, &password)?;
    Ok(Administrator { email, password: Some(password), creation: Some(creation) })
}

impl Administrator {
    /// Waits until it can sign in, and says with what.
    pub(super) fn finish(&mut self, progress: &mut Progress, data: &Data) -> Result<()> {
        let Some(creation) = self.creation.take() else { return Ok(()) };
        progress.step("make an administrator", "run again with --fresh", || {
            creation.finish()?;
            data.remember_administrator(&self.email)
        })?;
        if let Some(password) = &self.password {
            // Printed on standard output alone: it is the one thing that somebody may want to catch.
            println!("\n    E-mail              {}\n    One-time password   {password}\n", self.email);
            progress.say("The password is not shown again; change it under My account.");
        }
        Ok(())
    }
}

fn next_administrator(made: usize) -> (String, String) {
    match made {
        0 => ("admin@clinic.example".to_owned(), "First Administrator".to_owned()),
        made => (format!("admin+{}@clinic.example", made + 1), format!("Administrator {}", made + 1)),
    }
}

/// An administrator that is being made: hashing its password takes a while, in which something else can be done.
pub(crate) struct Creation(Child);

impl Creation {
    /// Begins to make one with this command of the gateway's, in the database it points at.
    pub(crate) fn start(mut command: Command, email: &str, name: &str, password: &str) -> Result<Self> {
        command.args(["create-admin", "--email", email, "--name", name]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().context("the gateway's program cannot be started")?;
        writeln!(child.stdin.take().context("its input is piped")?, "{password}")?;
        Ok(Self(child))
    }

    /// Waits until it is made, but not for ever.
    pub(crate) fn finish(mut self) -> Result<()> {
        if !processes::wait_until(PATIENCE, || Ok(self.0.try_wait()?.is_some()))? {
            // It may have ended by itself this very moment.
            let _ = self.0.kill();
            bail!("the administrator was not made within {} seconds", PATIENCE.as_secs());
        }
        let output = self.0.wait_with_output()?;
        if !output.status.success() {
            bail!("{}", String::from_utf8_lossy(&output.stderr).trim());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_administrator_has_an_address_of_its_own() {
        assert_eq!(next_administrator(0).0, "admin@clinic.example");
        assert_eq!(
            next_administrator(1),
            ("admin+2@clinic.example".to_owned(), "Administrator 2".to_owned())
        );
    }
}
