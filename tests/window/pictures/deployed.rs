//! The screens on the gateways that clinics have deployed: what they cannot do, and what they do differently.

use anyhow::Context;
use voiceassist_scripted_gateways::{Kind, Mishap};
use voiceassist_window_driver::{Role, Window};

use super::{look, look_at_once};
use crate::clinic::{ADMINISTRATOR, ADMINISTRATOR_PASSWORD};
use crate::desk::{Desk, sign_in};
use crate::scripted::{clinic_of, open_page_of};
use crate::story::NEW_PASSWORD;

const PERSON: &str = "Núria Sørensen";

const PEOPLE: &[(&str, &str)] =
    &[(PERSON, "nuria@lakeside.example"), ("Tom Baker", "t.baker@lakeside.example")];

#[test]
fn a_server_of_november_2025_and_an_account_that_was_made_only_half() -> anyhow::Result<()> {
    let server = clinic_of(Kind::November2025, PEOPLE);
    let window = Desk::new()?.sign_in(&server, ADMINISTRATOR, ADMINISTRATOR_PASSWORD)?;
    window.find_containing(Role::Row, PERSON)?;
    look(&window, "november-accounts")?;
    open_page_of(&window, PERSON)?;
    look(&window, "november-account")?;
    window.click(Role::Link, "My account")?;
    window.find(Role::Heading, "My account")?;
    look(&window, "november-my-account")?;
    see_the_status(&window, "november-status")?;

    window.click(Role::Link, "Accounts")?;
    window.click(Role::Link, "New account")?;
    window.fill(Role::Textbox, "Full name", "Yusuf Demir")?;
    window.fill(Role::Textbox, "E-mail", "y.demir@lakeside.example")?;
    window.choose("Role", "Administrator")?;
    look(&window, "november-new-account")?;
    server.once("PUT /api/users/", Mishap::Recorded("limit.login_429"));
    window.click(Role::Button, "Create account")?;
    window.find(Role::Button, "Finish the account")?;
    look(&window, "november-new-account-half-done")?;
    anyhow::ensure!(!window.shows(Role::Status, "Temporary password")?, "half is not called done");
    window.click(Role::Button, "Finish the account")?;
    window.find(Role::Status, "Temporary password")?;
    look(&window, "november-new-account-done")?;
    let registrations = server.bodies("POST /api/auth/register").len();
    anyhow::ensure!(registrations == 1, "gone on with where it stopped, and not begun again");
    Ok(())
}

#[test]
fn a_server_of_december_2025_from_the_second_step_to_the_hour_after_a_password_change() -> anyhow::Result<()>
{
    let server = clinic_of(Kind::December2025, PEOPLE);
    let id = server.person_with(ADMINISTRATOR).context("there")?.id;
    server.change(id, |person| person.second_step = Some("313279".to_owned()));
    let window = Desk::new()?.sign_in(&server, ADMINISTRATOR, ADMINISTRATOR_PASSWORD)?;
    window.find(Role::Textbox, "Code")?;
    look(&window, "second-step")?;
    window.fill(Role::Textbox, "Code", "000000")?;
    window.click(Role::Button, "Continue")?;
    window.message_at(Role::Textbox, "Code")?;
    look(&window, "second-step-refused")?;
    window.fill(Role::Textbox, "Code", "313279")?;
    window.click(Role::Button, "Continue")?;

    open_page_of(&window, PERSON)?;
    look(&window, "december-account")?;
    see_the_status(&window, "december-status-degraded")?;
    server.set_checks(&[("postgres", false), ("redis", true), ("qdrant", false), ("nextcloud", true)]);
    window.click(Role::Button, "Check now")?;
    window.wait_for_text("The server’s database does not answer.")?;
    look(&window, "december-status-not-ready")?;
    server.set_checks(&[("postgres", true), ("redis", true)]);
    window.click(Role::Button, "Check now")?;
    window.wait_for_text("All parts work")?;

    window.click(Role::Link, "My account")?;
    window.find(Role::Heading, "My account")?;
    look(&window, "december-my-account")?;
    window.fill(Role::Textbox, "Current password", ADMINISTRATOR_PASSWORD)?;
    window.fill(Role::Textbox, "New password", NEW_PASSWORD)?;
    window.wait_for_text("Hard to guess: met")?;
    window.click(Role::Button, "Change password")?;
    window.wait_for_text("Your password is changed. This server lets you in with it after an hour, at ")?;
    look(&window, "december-locked-out")?;
    sign_in(&window, NEW_PASSWORD)?;
    window.fill(Role::Textbox, "Code", "313279")?;
    window.click(Role::Button, "Continue")?;
    window.wait_for_text("This server lets it in again at ")?;
    look(&window, "december-locked-out-again")?;
    if window.shows(Role::Button, "Back")? {
        window.click(Role::Button, "Back")?;
    }
    server.once("POST /api/auth/login", Mishap::Recorded("limit.login_429"));
    sign_in(&window, NEW_PASSWORD)?;
    window.wait_for_text("Too many attempts from this computer. Try again in")?;
    look_at_once(&window, "sign-in-limited")
}

fn see_the_status(window: &Window, screen: &str) -> anyhow::Result<()> {
    window.click(Role::Link, "Status")?;
    window.find(Role::Heading, "Status")?;
    window.wait_for_text("Reached.")?;
    look(window, screen)
}
