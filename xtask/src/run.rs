//! `cargo xtask run`: from a fresh clone to the window, signed in to a gateway of one's own.

pub(crate) mod administrator;
mod data;
pub(crate) mod gateway;
mod tour;

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::packages::{self, Purpose};
use crate::processes::{self, Running};
use crate::progress::{Progress, describe_duration};
use crate::seat::StartingSeat;
use crate::workspace::Workspace;
use crate::{clinic, display, programs, ui};

use administrator::Administrator;
use data::Data;
use gateway::Gateway;
pub(crate) use gateway::forget_settings;

/// How to run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wishes {
    /// Install without asking.
    pub(crate) yes: bool,
    /// Compile for speed.
    pub(crate) release: bool,
    /// Begin with an empty database.
    pub(crate) fresh: bool,
    /// How many invented people to fill a fresh database with.
    pub(crate) clinic: Option<usize>,
}

/// Runs gateway and window until one of them, or the person, ends it.
pub(crate) fn run(workspace: &Workspace, progress: &mut Progress, wishes: Wishes) -> Result<()> {
    let has_display = display::is_there();
    let purposes: &[Purpose] =
        if has_display { &[Purpose::Build] } else { &[Purpose::Build, Purpose::Window] };
    packages::ensure(progress, purposes, wishes.yes)?;
    // Before anything that takes long: another run may be using it.
    let data = Data::open()?;
    // It comes up while cargo works.
    let seat = (!has_display).then(StartingSeat::start).transpose().context(
        "Could not set up a display in memory. What to do: `cargo xtask setup` installs what is missing.",
    )?;
    ui::build(workspace, progress, wishes.yes)?;
    progress.step("build the application and the gateway", "mend what the compiler says above", || {
        programs::build(workspace, wishes.release)
    })?;

    if (wishes.fresh || wishes.clinic.is_some())
        && let Some(place) = data.set_aside()?
    {
        progress.say(&format!("The database so far was set aside: {}", place.display()));
    }
    let gateway_program = workspace.program("voiceassist-gateway", wishes.release);
    let mut gateway =
        progress.step("start the gateway", "read the message", || Gateway::start(&gateway_program, &data))?;
    progress.say(&format!(
        "The gateway answers at {}; it writes to {}",
        gateway.address(),
        data.log().display()
    ));

    // Without a display xtask signs in itself, for which it needs a password that it knows.
    let mut administrator = administrator::provide(progress, &gateway_program, &data, !has_display)?;
    if let (Some(people), Some(password)) = (wishes.clinic, administrator.password.clone()) {
        administrator.finish(progress, &data)?;
        clinic::fill(progress, gateway.address(), &administrator.email, &password, people)?;
    }

    let app = workspace.program("voiceassist-admin", wishes.release);
    let profile = profile_environment(&gateway, &administrator);
    let Some(seat) = seat else {
        administrator.finish(progress, &data)?;
        progress.say(&format!(
            "Ready after {}. Close the window or press Ctrl+C to end.",
            describe_duration(progress.elapsed())
        ));
        return show_window(&app, &mut gateway, profile);
    };
    let opened = tour::open(progress, workspace, &app, seat, profile);
    // It is there even if no window is.
    administrator.finish(progress, &data)?;
    let shown = opened?;
    tour::walk(progress, workspace, &shown, &administrator)?;
    progress.say("The gateway stays up. Press Ctrl+C to end.");
    loop {
        processes::check_interrupted()?;
        gateway.check_alive()?;
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn show_window(app: &Path, gateway: &mut Gateway, profile: Vec<(String, String)>) -> Result<()> {
    let mut command = processes::tied_command(app);
    command.envs(profile);
    let mut window = Running::start("the window", command)?;
    while window.ended()?.is_none() {
        processes::check_interrupted()?;
        gateway.check_alive()?;
        std::thread::sleep(Duration::from_millis(100));
    }
    Ok(())
}

/// Tells the application which server and which e-mail to begin with.
fn profile_environment(gateway: &Gateway, administrator: &Administrator) -> Vec<(String, String)> {
    [
        ("VOICEASSIST_PROFILE_NAME", "This computer"),
        ("VOICEASSIST_PROFILE_ADDRESS", gateway.address()),
        ("VOICEASSIST_PROFILE_EMAIL", &administrator.email),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec()
}
