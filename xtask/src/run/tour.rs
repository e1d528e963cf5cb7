//! Without a display: the window under Xvfb, signed in the way a person would, and pictures of what it shows.

use std::path::Path;

use anyhow::{Context, Result};

use super::{Administrator, Gateway, fill_in_profile};
use crate::display::Display;
use crate::progress::{Progress, describe_duration};
use crate::session_bus::SessionBus;
use crate::webdriver::Window;
use crate::workspace::Workspace;

/// What keeps the window open. The fields are dropped in this order.
#[derive(Debug)]
pub(super) struct Shown {
    window: Window,
    _session: SessionBus,
    _display: Display,
}

/// Opens the window and goes through its screens.
pub(super) fn show(
    progress: &mut Progress,
    workspace: &Workspace,
    app: &Path,
    gateway: &Gateway,
    administrator: &Administrator,
) -> Result<Shown> {
    progress
        .say("There is no display here: the window opens on one in memory, and pictures show what it shows.");
    let screens = workspace.screens()?;
    let shown = progress.step(
        "open the window",
        "read the message; `cargo xtask setup` installs what is missing",
        || {
            let (display, session) = (Display::start()?, SessionBus::start()?);
            let window = Window::open(app, |command| {
                display.apply(command);
                session.apply(command);
                fill_in_profile(command, gateway, administrator);
            })?;
            let shown = Shown { window, _session: session, _display: display };
            shown.window.wait_for_pressable("Sign in")?;
            Ok(shown)
        },
    )?;
    progress.say(&format!("The window was there after {}.", describe_duration(progress.elapsed())));
    progress.step("go through the window", "look at run-failed.png among the pictures", || {
        walk(&shown.window, administrator, &screens).inspect_err(|_| {
            // The picture is a help in finding the fault; the fault is what gets reported.
            let _ = shown.window.take_picture(&screens.join("run-failed.png"));
        })
    })?;
    progress.say(&format!("The pictures are in {}", screens.display()));
    Ok(shown)
}

fn walk(window: &Window, administrator: &Administrator, screens: &Path) -> Result<()> {
    let mut number = 0;
    let mut take_picture = |name: &str| {
        number += 1;
        window.settle()?;
        window.take_picture(&screens.join(format!("run-{number}-{name}.png")))
    };
    take_picture("sign-in")?;
    window.fill("E-mail", &administrator.email)?;
    window.fill("Password", administrator.password.as_deref().context("the password is known here")?)?;
    window.press("Sign in")?;
    window.wait_for_pressable("New account")?;
    take_picture("accounts")?;
    window.press(&administrator.email)?;
    take_picture("account")?;
    window.press("Accounts")?;
    window.press("New account")?;
    take_picture("new-account")?;
    for (name, file) in [("My account", "my-account"), ("Settings", "settings"), ("Status", "status")] {
        window.press(name)?;
        take_picture(file)?;
    }
    Ok(())
}
