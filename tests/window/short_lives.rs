//! Tokens that live for minutes only, and a computer that slept longer than that.

use std::time::{Duration, Instant};

use voiceassist_scripted_gateways::Kind;
use voiceassist_window_driver::Role;

use crate::clinic::{ADMINISTRATOR, ADMINISTRATOR_PASSWORD};
use crate::desk::{Desk, sign_in};
use crate::scripted::{clinic_of, open_page_of};

/// Long enough for an access token of two seconds to pass its end several times.
const A_WHILE: Duration = Duration::from_secs(5);

const PEOPLE: &[(&str, &str)] =
    &[("Tom Baker", "t.baker@lakeside.example"), ("Núria Sørensen", "nuria@lakeside.example")];

#[test]
fn access_tokens_run_out_while_one_works_and_nobody_notices() -> anyhow::Result<()> {
    let server = clinic_of(Kind::December2025, PEOPLE);
    server.set_lives(2, 60);
    let window = Desk::new()?.sign_in(&server, ADMINISTRATOR, ADMINISTRATOR_PASSWORD)?;
    let start = Instant::now();
    while start.elapsed() < A_WHILE {
        open_page_of(&window, "Tom Baker")?;
        window.click(Role::Link, "Back to accounts")?;
        window.find_containing(Role::Row, "Tom Baker")?;
    }
    let lines = server.take_lines();
    let count = |wanted: &str| lines.iter().filter(|line| *line == wanted).count();
    anyhow::ensure!(count("POST /api/auth/login") == 1, "the password was given once: {lines:?}");
    anyhow::ensure!(count("POST /api/auth/refresh") >= 2, "tokens were renewed meanwhile: {lines:?}");
    Ok(())
}

#[test]
fn after_hours_of_sleep_the_password_is_asked_once_and_everything_is_as_it_was() -> anyhow::Result<()> {
    let server = clinic_of(Kind::December2025, PEOPLE);
    let window = Desk::new()?.sign_in(&server, ADMINISTRATOR, ADMINISTRATOR_PASSWORD)?;
    window.fill(Role::Searchbox, "Search accounts", "baker")?;
    window.wait_for_text("1 account")?;
    open_page_of(&window, "Tom Baker")?;
    window.fill(Role::Textbox, "Full name", "Thomas Baker")?;

    server.end_all_tokens();
    server.take_lines();
    window.click(Role::Button, "Save changes")?;
    window.wait_for_text("Your session has ended. Sign in again.")?;
    sign_in(&window, ADMINISTRATOR_PASSWORD)?;

    window.find(Role::Heading, "Tom Baker")?;
    anyhow::ensure!(
        window.value_of(Role::Textbox, "Full name")? == "Thomas Baker",
        "what was typed is there"
    );
    window.click(Role::Button, "Save changes")?;
    window.find(Role::Heading, "Thomas Baker")?;
    window.click(Role::Link, "Back to accounts")?;
    window.wait_for_text("1 account")?;
    anyhow::ensure!(window.value_of(Role::Searchbox, "Search accounts")? == "baker", "and so is the search");

    let lines = server.take_lines();
    let count = |wanted: &str| lines.iter().filter(|line| line.starts_with(wanted)).count();
    anyhow::ensure!(count("POST /api/auth/login") == 1, "asked once: {lines:?}");
    anyhow::ensure!(count("POST /api/auth/refresh") == 1, "and tried once without: {lines:?}");
    let changes = server.bodies("PUT /api/admin/panel/users/");
    anyhow::ensure!(changes.len() <= 2, "the change was not sent on and on: {changes:?}");

    // The own profile is no exception.
    window.click(Role::Link, "My account")?;
    window.find(Role::Heading, "My account")?;
    window.fill(Role::Textbox, "Full name", "Ana Ruiz Vidal")?;
    server.end_all_tokens();
    window.click(Role::Button, "Save changes")?;
    window.wait_for_text("Your session has ended. Sign in again.")?;
    sign_in(&window, ADMINISTRATOR_PASSWORD)?;
    window.find(Role::Heading, "My account")?;
    anyhow::ensure!(window.value_of(Role::Textbox, "Full name")? == "Ana Ruiz Vidal", "it is still there");
    window.click(Role::Button, "Save changes")?;
    window.wait_for_text("Changes saved.")?;
    Ok(())
}
