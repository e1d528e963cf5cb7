//! Without a display: the window under Xvfb, signed in the way a person would, and pictures of what it shows.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use voiceassist_window_driver::{Launch, Role, Window};

use super::Administrator;
use crate::processes;
use crate::progress::{Progress, describe_duration};
use crate::seat::{Seat, StartingSeat};
use crate::workspace::Workspace;

/// How long a search may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// What keeps the window open. The fields are dropped in this order.
pub(super) struct Shown {
    window: Window,
    _seat: Seat,
}

/// Opens the window at the seat.
pub(super) fn open(
    progress: &mut Progress,
    workspace: &Workspace,
    app: &Path,
    seat: StartingSeat,
    profile: Vec<(String, String)>,
) -> Result<Shown> {
    progress
        .say("There is no display here: the window opens on one in memory, and pictures show what it shows.");
    let screens = workspace.screens()?;
    let shown = progress.step(
        "open the window",
        "read the message; `cargo xtask setup` installs what is missing",
        || {
            let seat = seat.ready()?;
            let environment = seat.environment().into_iter().chain(profile).collect();
            let window = Window::open(&Launch { binary: app.to_owned(), environment })?;
            let shown = Shown { window, _seat: seat };
            or_take_picture(&shown.window, &screens, || shown.window.find(Role::Button, "Sign in"))?;
            Ok(shown)
        },
    )?;
    progress.say(&format!("The window was there after {}.", describe_duration(progress.elapsed())));
    Ok(shown)
}

/// Signs in and goes through the screens.
pub(super) fn walk(
    progress: &mut Progress,
    workspace: &Workspace,
    shown: &Shown,
    administrator: &Administrator,
) -> Result<()> {
    let screens = workspace.screens()?;
    progress.step("go through the window", "look at run-failed.png among the pictures", || {
        or_take_picture(&shown.window, &screens, || visit_screens(&shown.window, administrator, &screens))
    })?;
    progress.say(&format!("The pictures are in {}", screens.display()));
    Ok(())
}

/// Does something in the window; if it fails, a picture shows what there was instead.
fn or_take_picture<T>(window: &Window, screens: &Path, act: impl FnOnce() -> Result<T>) -> Result<T> {
    act().inspect_err(|_| {
        // The picture is a help in finding the fault; the fault is what gets reported.
        let _ = window.take_picture(&screens.join("run-failed.png"));
    })
}

fn visit_screens(window: &Window, administrator: &Administrator, screens: &Path) -> Result<()> {
    let mut number = 0;
    let mut take_picture = |name: &str| {
        number += 1;
        window.wait_until_still()?;
        window.take_picture(&screens.join(format!("run-{number}-{name}.png")))
    };
    take_picture("sign-in")?;
    window.fill(Role::Textbox, "E-mail", &administrator.email)?;
    window.fill(Role::Textbox, "Password", administrator.password.as_deref().context("it was just made")?)?;
    window.click(Role::Button, "Sign in")?;
    window.find(Role::Heading, "Accounts")?;
    take_picture("accounts")?;
    search_for(window, &administrator.email)?;
    let row = window.find_containing(Role::Row, &administrator.email)?;
    window.click_element(&row)?;
    window.find(Role::Link, "Back to accounts")?;
    take_picture("account")?;
    window.click(Role::Link, "Back to accounts")?;
    window.click(Role::Link, "New account")?;
    window.find(Role::Heading, "New account")?;
    take_picture("new-account")?;
    for (name, file) in [("My account", "my-account"), ("Settings", "settings"), ("Status", "status")] {
        window.click(Role::Link, name)?;
        window.find(Role::Heading, name)?;
        take_picture(file)?;
    }
    Ok(())
}

/// Leaves one account in the list: among many, it may stand far below.
fn search_for(window: &Window, email: &str) -> Result<()> {
    const ROWS: &str = "return document.querySelector('[role=grid]')?.getAttribute('aria-rowcount');";
    // The head of the list is a row too.
    let is_alone = || Ok(window.run(ROWS, &[])? == "2");
    if !is_alone()? {
        window.fill(Role::Searchbox, "Search accounts", email)?;
        let is_found = processes::wait_until(PATIENCE, is_alone)?;
        ensure!(is_found, "the search for the administrator's e-mail did not come to one account");
    }
    window.wait_until_still()
}
