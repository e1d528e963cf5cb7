//! The main story: an administrator manages an account, and its person takes it over.

use voiceassist_window_driver::{Role, Window};

use crate::clinic::{ADMINISTRATOR, ADMINISTRATOR_NAME, ADMINISTRATOR_PASSWORD, Clinic};
use crate::desk::{Desk, sign_in};

pub(crate) const PERSON: &str = "Núria Sørensen";
pub(crate) const EMAIL: &str = "nuria@lakeside.example";
pub(crate) const NEW_PASSWORD: &str = "velvet anchor tundra 49 quill";

/// All that the administrator's part of the story has to send, reading aside.
const WRITES: [&str; 7] = [
    "POST /api/auth/login",
    "POST /api/users",
    "PUT /api/users/{id}",
    "DELETE /api/users/{id}",
    "POST /api/users/{id}/restore",
    "DELETE /api/users/{id}",
    "POST /api/users/{id}/restore",
];

#[test]
fn an_administrator_manages_an_account_and_its_person_takes_it_over() -> anyhow::Result<()> {
    let mut clinic = Clinic::start()?;
    let administrators_desk = Desk::new()?;
    let window = administrators_desk.sign_in(&clinic, ADMINISTRATOR, ADMINISTRATOR_PASSWORD)?;
    window.find(Role::Heading, "Accounts")?;
    window.find_containing(Role::Row, "Ana Ruiz")?;

    let temporary_password = create_the_account(&window)?;
    let cells = window.text_of(&window.find_containing(Role::Row, EMAIL)?)?;
    anyhow::ensure!(cells.contains("Must change"), "the new account must change its password: {cells}");
    open_the_account(&window)?;
    edit_its_name(&window)?;
    deactivate_it_and_bring_it_back(&window)?;
    see_the_status(&window)?;
    window.close()?;
    let requests = clinic.stop()?;
    requests.ensure_no_strangers()?;
    anyhow::ensure!(requests.writes() == WRITES, "every change was sent once: {requests:?}");

    clinic.start_again()?;
    let window = administrators_desk.open_again()?;
    window.find_containing(Role::Row, ADMINISTRATOR_NAME)?;
    window.close()?;
    let requests = clinic.stop()?;
    requests.ensure_no_strangers()?;
    anyhow::ensure!(requests.contain("POST /api/auth/refresh"), "the session goes on: {requests:?}");
    anyhow::ensure!(requests.writes().is_empty(), "nothing is sent a second time: {requests:?}");

    clinic.start_again()?;
    let persons_desk = Desk::new()?;
    let window = persons_desk.sign_in(&clinic, EMAIL, &temporary_password)?;
    choose_a_new_password(&window, &temporary_password)?;
    window.click(Role::Button, "Sign out")?;
    sign_in(&window, NEW_PASSWORD)?;
    window.find(Role::Heading, "My account")?;
    anyhow::ensure!(!window.shows(Role::Link, "Accounts")?, "staff must not see the accounts");
    Ok(())
}

/// Makes the account and leads back to the table; the temporary password.
pub(crate) fn create_the_account(window: &Window) -> anyhow::Result<String> {
    window.click(Role::Link, "New account")?;
    window.find(Role::Heading, "New account")?;
    window.fill(Role::Textbox, "Full name", PERSON)?;
    window.fill(Role::Textbox, "E-mail", EMAIL)?;
    window.choose("Role", "Staff")?;
    window.click(Role::Button, "Create account")?;
    let shown = window.find(Role::Status, "Temporary password")?;
    let temporary_password = window.text_of(&shown)?;
    anyhow::ensure!(temporary_password.len() >= 12, "a temporary password is shown");
    window.click(Role::Link, "Done")?;
    window.find_containing(Role::Row, EMAIL)?;
    Ok(temporary_password)
}

/// Changes the name on the account's page.
pub(crate) fn edit_its_name(window: &Window) -> anyhow::Result<()> {
    window.find(Role::Heading, PERSON)?;
    window.fill(Role::Textbox, "Full name", "Núria Sørensen-Vidal")?;
    window.click(Role::Button, "Save changes")?;
    window.find(Role::Heading, "Núria Sørensen-Vidal")?;
    Ok(())
}

/// On the account's page, once with “Undo” and once the long way round.
pub(crate) fn deactivate_it_and_bring_it_back(window: &Window) -> anyhow::Result<()> {
    window.click(Role::Button, "Deactivate")?;
    window.find_containing(Role::Dialog, "Deactivate Núria Sørensen")?;
    window.click(Role::Button, "Deactivate")?;
    window.find(Role::Button, "Activate")?;
    window.wait_for_text("Inactive")?;
    window.click(Role::Button, "Undo")?;
    window.find(Role::Button, "Deactivate")?;

    // And the long way round, once the message with “Undo” is gone from mind.
    window.click(Role::Button, "Deactivate")?;
    window.find_containing(Role::Dialog, "Deactivate")?;
    window.click(Role::Button, "Deactivate")?;
    window.click(Role::Link, "Back to accounts")?;
    open_the_account(window)?;
    window.click(Role::Button, "Activate")?;
    window.find(Role::Button, "Deactivate")?;
    Ok(())
}

/// Finds the account from the table and opens it.
pub(crate) fn open_the_account(window: &Window) -> anyhow::Result<()> {
    window.find(Role::Heading, "Accounts")?;
    window.fill(Role::Searchbox, "Search accounts", "nuria@")?;
    window.wait_for_text("1 account")?;
    let row = window.find_containing(Role::Row, EMAIL)?;
    window.click_element(&row)
}

/// Looks at the status.
pub(crate) fn see_the_status(window: &Window) -> anyhow::Result<()> {
    window.click(Role::Link, "Status")?;
    window.find(Role::Heading, "Status")?;
    window.wait_for_text("As this computer sees it")?;
    window.wait_for_text("Reached.")
}

fn choose_a_new_password(window: &Window, temporary_password: &str) -> anyhow::Result<()> {
    window.find(Role::Heading, "Choose a new password")?;
    anyhow::ensure!(!window.shows(Role::Link, "Status")?, "nothing else is possible before the change");
    window.fill(Role::Textbox, "Current password", temporary_password)?;
    window.fill(Role::Textbox, "New password", NEW_PASSWORD)?;
    window.wait_for_text("Hard to guess: met")?;
    window.click(Role::Button, "Change password")?;
    window.find(Role::Heading, "My account")?;
    Ok(())
}
