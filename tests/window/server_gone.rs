//! The server goes away while the window is in use, and comes back.

use voiceassist_window_driver::Role;

use crate::clinic::{ADMINISTRATOR, ADMINISTRATOR_NAME, ADMINISTRATOR_PASSWORD, Clinic};
use crate::desk::{Desk, sign_in};

#[test]
fn what_was_shown_stays_readable_while_the_server_is_away_and_work_goes_on_when_it_is_back()
-> anyhow::Result<()> {
    let mut clinic = Clinic::start()?;
    clinic.add_people(&[("Tom Baker", "t.baker@lakeside.example")])?;
    let window = Desk::new()?.sign_in(&clinic, ADMINISTRATOR, ADMINISTRATOR_PASSWORD)?;
    window.find_containing(Role::Row, "Tom Baker")?;

    clinic.stop()?;
    window.fill(Role::Searchbox, "Search accounts", "tom")?;
    window.wait_for_text("The server does not answer.")?;
    window.find_containing(Role::Row, ADMINISTRATOR_NAME)?;

    clinic.start_again()?;
    window.click(Role::Button, "Try again")?;
    window.wait_until_gone(Role::Row, ADMINISTRATOR_NAME)?;
    window.find_containing(Role::Row, "Tom Baker")?;
    anyhow::ensure!(!window.shows(Role::Button, "Try again")?, "the bar is gone");
    Ok(())
}

#[test]
fn signing_in_while_the_server_is_away_says_so_and_keeps_what_was_typed() -> anyhow::Result<()> {
    let mut clinic = Clinic::start()?;
    let window = Desk::new()?.open(&clinic, ADMINISTRATOR)?;
    clinic.stop()?;
    sign_in(&window, ADMINISTRATOR_PASSWORD)?;
    window.wait_for_text("The server cannot be reached.")?;
    anyhow::ensure!(
        window.value_of(Role::Textbox, "Password")? == ADMINISTRATOR_PASSWORD,
        "the password is kept"
    );

    clinic.start_again()?;
    window.click(Role::Button, "Sign in")?;
    window.find(Role::Heading, "Accounts")?;
    Ok(())
}

#[test]
fn a_start_without_the_server_says_so_and_goes_on_when_it_is_back() -> anyhow::Result<()> {
    let mut clinic = Clinic::start()?;
    let desk = Desk::new()?;
    let window = desk.sign_in(&clinic, ADMINISTRATOR, ADMINISTRATOR_PASSWORD)?;
    window.find(Role::Heading, "Accounts")?;
    window.close()?;
    clinic.stop()?;

    let window = desk.open_again()?;
    window.wait_for_text("Your last session could not be resumed.")?;
    clinic.start_again()?;
    window.click(Role::Button, "Try again")?;
    window.find(Role::Heading, "Accounts")?;
    Ok(())
}
