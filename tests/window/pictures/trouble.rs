//! What is seen while something is on its way, when it does not come, and when there is nothing.

use std::time::Duration;

use anyhow::Context;
use voiceassist_scripted_gateways::{Kind, Mishap, Role as TheirRole};
use voiceassist_window_driver::Role;

use super::{look, look_at_once};
use crate::clinic::{ADMINISTRATOR, ADMINISTRATOR_PASSWORD};
use crate::desk::{Desk, sign_in};
use crate::scripted::clinic_of;

/// Longer than it takes to look at something in both themes.
const FOR_A_WHILE: Mishap = Mishap::Late(Duration::from_secs(8));

const FIRST_PAGE: &str = "GET /api/users/?limit=500&skip=0";
const THIRD_PAGE: &str = "GET /api/users/?limit=500&skip=1000";

#[test]
fn a_list_that_fails_is_limited_is_late_and_comes_in_parts() -> anyhow::Result<()> {
    let server = clinic_of(Kind::November2025, &[]);
    server.add_many(1_300);
    server.once(FIRST_PAGE, Mishap::Fail);
    let window = Desk::new()?.sign_in(&server, ADMINISTRATOR, ADMINISTRATOR_PASSWORD)?;
    window.wait_for_text("This could not be loaded")?;
    look(&window, "accounts-failed")?;
    server.once(FIRST_PAGE, Mishap::Recorded("limit.login_429"));
    window.click(Role::Button, "Try again")?;
    window.wait_for_text("Too many requests from this computer. Try again in")?;
    look_at_once(&window, "accounts-limited")?;

    server.once(FIRST_PAGE, FOR_A_WHILE);
    window.click(Role::Link, "My account")?;
    window.find(Role::Heading, "My account")?;
    window.click(Role::Link, "Accounts")?;
    window.find(Role::Heading, "Accounts")?;
    std::thread::sleep(Duration::from_millis(200));
    look_at_once(&window, "accounts-loading")?;
    let bones = window.run("return document.querySelectorAll('.bone').length", &[])?;
    anyhow::ensure!(bones.as_u64() > Some(0), "the picture shows what stands there before the answer");

    server.once(THIRD_PAGE, FOR_A_WHILE);
    window.wait_for_text("Loaded 1,000 so far")?;
    look_at_once(&window, "accounts-loaded-so-far")?;
    window.wait_for_text("1,301 accounts")?;
    Ok(())
}

#[test]
fn an_empty_list_a_changed_role_and_a_page_that_is_not_for_this_person() -> anyhow::Result<()> {
    let server = clinic_of(Kind::December2025Plain, &[]);
    let id = server.person_with(ADMINISTRATOR).context("there")?.id;
    server.list_nobody();
    let window = Desk::new()?.sign_in(&server, ADMINISTRATOR, ADMINISTRATOR_PASSWORD)?;
    window.wait_for_text("No accounts yet")?;
    look(&window, "accounts-empty")?;

    window.press("n")?;
    window.fill(Role::Textbox, "Full name", "Tom Baker")?;
    window.fill(Role::Textbox, "E-mail", "t.baker@lakeside.example")?;
    window.click(Role::Button, "Create account")?;
    window.find(Role::Status, "Temporary password")?;
    server.change(id, |person| person.role = TheirRole::User);
    window.click(Role::Link, "Open account")?;
    window.wait_for_text("Your role was changed.")?;
    look(&window, "sign-in-role-changed")?;
    sign_in(&window, ADMINISTRATOR_PASSWORD)?;
    window.wait_for_text("Only administrators see this page")?;
    look(&window, "not-allowed")
}
