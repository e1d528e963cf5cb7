//! What cannot be accepted is said at its field, and what was typed is kept.

use voiceassist_window_driver::Role;

use crate::clinic::{ADMINISTRATOR, ADMINISTRATOR_PASSWORD, Clinic};
use crate::desk::Desk;

#[test]
fn a_new_account_with_bad_fields_says_what_is_wrong_at_each() -> anyhow::Result<()> {
    let clinic = Clinic::start()?;
    let window = Desk::new()?.sign_in(&clinic, ADMINISTRATOR, ADMINISTRATOR_PASSWORD)?;
    window.click(Role::Link, "New account")?;
    window.fill(Role::Textbox, "Full name", "   ")?;
    window.fill(Role::Textbox, "E-mail", "nobody@nowhere")?;
    window.click(Role::Button, "Create account")?;
    window.message_at(Role::Textbox, "Full name")?;
    window.message_at(Role::Textbox, "E-mail")?;

    window.fill(Role::Textbox, "Full name", "Second Ana")?;
    window.fill(Role::Textbox, "E-mail", "ANA.RUIZ@lakeside.example")?;
    window.click(Role::Button, "Create account")?;
    let message = window.message_at(Role::Textbox, "E-mail")?;
    anyhow::ensure!(message.contains("Another account"), "{message}");
    anyhow::ensure!(window.value_of(Role::Textbox, "Full name")? == "Second Ana", "what was typed is kept");
    anyhow::ensure!(
        window.value_of(Role::Textbox, "E-mail")? == "ANA.RUIZ@lakeside.example",
        "and so is the address"
    );
    Ok(())
}

#[test]
fn a_weak_and_a_wrong_password_are_refused_at_their_fields() -> anyhow::Result<()> {
    let clinic = Clinic::start()?;
    let window = Desk::new()?.sign_in(&clinic, ADMINISTRATOR, ADMINISTRATOR_PASSWORD)?;
    window.click(Role::Link, "My account")?;
    window.fill(Role::Textbox, "Current password", ADMINISTRATOR_PASSWORD)?;
    window.fill(Role::Textbox, "New password", "lakeside2026")?;
    window.wait_for_text("Not your name or e-mail address: not yet met")?;
    window.click(Role::Button, "Change password")?;
    window.message_at(Role::Textbox, "New password")?;

    window.fill(Role::Textbox, "Current password", "something else entirely")?;
    window.fill(Role::Textbox, "New password", "velvet anchor tundra 49 quill")?;
    window.click(Role::Button, "Change password")?;
    window.message_at(Role::Textbox, "Current password")?;
    Ok(())
}

#[test]
fn the_last_administrator_cannot_lock_herself_out() -> anyhow::Result<()> {
    let clinic = Clinic::start()?;
    let window = Desk::new()?.sign_in(&clinic, ADMINISTRATOR, ADMINISTRATOR_PASSWORD)?;
    let row = window.find_containing(Role::Row, ADMINISTRATOR)?;
    window.click_element(&row)?;
    let button = window.find(Role::Button, "Deactivate")?;
    let is_disabled = window.run("return arguments[0].disabled", &[button.to_script()])?;
    anyhow::ensure!(is_disabled == true, "one's own account cannot be deactivated");
    Ok(())
}

#[test]
fn a_server_address_that_is_none_is_refused_at_the_field() -> anyhow::Result<()> {
    let clinic = Clinic::start()?;
    let window = Desk::new()?.sign_in(&clinic, ADMINISTRATOR, ADMINISTRATOR_PASSWORD)?;
    window.click(Role::Link, "Settings")?;
    window.click(Role::Button, "Add server")?;
    window.fill(Role::Textbox, "Server name", "Elsewhere")?;
    window.fill(Role::Textbox, "Server address", "ftp://clinic.example")?;
    window.click(Role::Button, "Save server")?;
    window.message_at(Role::Textbox, "Server address")?;
    anyhow::ensure!(window.value_of(Role::Textbox, "Server name")? == "Elsewhere", "what was typed is kept");
    Ok(())
}
