//! Signing in: wrongly, again after closing, and not at all after signing out.

use voiceassist_window_driver::Role;

use crate::clinic::{ADMINISTRATOR, ADMINISTRATOR_PASSWORD, Clinic};
use crate::desk::{Desk, sign_in};

#[test]
fn a_wrong_password_is_said_at_the_field_and_the_email_is_kept() -> anyhow::Result<()> {
    let clinic = Clinic::start()?;
    let window = Desk::new()?.open(&clinic, ADMINISTRATOR)?;
    sign_in(&window, "not the password at all")?;
    let message = window.message_at(Role::Textbox, "Password")?;
    anyhow::ensure!(message.contains("is wrong"), "{message}");
    anyhow::ensure!(window.value_of(Role::Textbox, "E-mail")? == ADMINISTRATOR, "the address is kept");

    window.fill(Role::Textbox, "Password", ADMINISTRATOR_PASSWORD)?;
    window.click(Role::Button, "Sign in")?;
    window.find(Role::Heading, "Accounts")?;
    Ok(())
}

#[test]
fn after_closing_and_opening_again_one_is_still_signed_in_until_one_signs_out() -> anyhow::Result<()> {
    let clinic = Clinic::start()?;
    let desk = Desk::new()?;
    let window = desk.sign_in(&clinic, ADMINISTRATOR, ADMINISTRATOR_PASSWORD)?;
    window.find(Role::Heading, "Accounts")?;
    window.close()?;

    let window = desk.open_again()?;
    window.find(Role::Heading, "Accounts")?;
    window.click(Role::Button, "Sign out")?;
    window.find(Role::Heading, "Sign in")?;
    window.close()?;

    let window = desk.open_again()?;
    window.find(Role::Heading, "Sign in")?;
    anyhow::ensure!(window.value_of(Role::Textbox, "E-mail")? == ADMINISTRATOR, "the address is filled in");
    Ok(())
}

#[test]
fn who_does_not_ask_to_be_kept_signed_in_signs_in_again_at_the_next_start() -> anyhow::Result<()> {
    let clinic = Clinic::start()?;
    let desk = Desk::new()?;
    let window = desk.open(&clinic, ADMINISTRATOR)?;
    window.click(Role::Checkbox, "Keep me signed in on this computer")?;
    sign_in(&window, ADMINISTRATOR_PASSWORD)?;
    window.find(Role::Heading, "Accounts")?;
    window.close()?;

    desk.open_again()?.find(Role::Heading, "Sign in")?;
    Ok(())
}

#[test]
fn nothing_secret_is_written_into_the_home_folder() -> anyhow::Result<()> {
    let clinic = Clinic::start()?;
    let desk = Desk::new()?;
    let window = desk.sign_in(&clinic, ADMINISTRATOR, ADMINISTRATOR_PASSWORD)?;
    window.find(Role::Heading, "Accounts")?;
    window.close()?;
    anyhow::ensure!(desk.settings_file().is_file(), "the settings are where they are looked for");
    // Tokens are JWTs, which all begin like this.
    for secret in [ADMINISTRATOR_PASSWORD, "eyJ"] {
        let found = desk.files_that_contain(secret)?;
        anyhow::ensure!(found.is_empty(), "found in {found:?}");
    }
    Ok(())
}

#[test]
fn a_second_start_shows_the_open_window_instead_of_another() -> anyhow::Result<()> {
    let clinic = Clinic::start()?;
    let desk = Desk::new()?;
    let window = desk.open(&clinic, ADMINISTRATOR)?;
    window.find(Role::Heading, "Sign in")?;

    let ended = desk.start_beside()?;

    anyhow::ensure!(ended.success(), "the second start ends in order");
    window.find(Role::Heading, "Sign in")?;
    Ok(())
}

#[test]
fn the_window_opens_again_in_the_size_it_was_left_in() -> anyhow::Result<()> {
    let clinic = Clinic::start()?;
    let desk = Desk::new()?;
    let window = desk.open(&clinic, ADMINISTRATOR)?;
    window.find(Role::Heading, "Sign in")?;
    window.resize(1100, 700)?;
    window.wait_until_still()?;
    let left = window.size()?;
    anyhow::ensure!(left.0 < 1200, "the window became smaller: {left:?}");
    desk.wait_until_size_is_kept(left)?;
    window.close()?;

    let window = desk.open_again()?;
    window.find(Role::Heading, "Sign in")?;
    window.wait_until_still()?;
    anyhow::ensure!(window.size()? == left, "{:?} instead of {left:?}", window.size()?);
    Ok(())
}
