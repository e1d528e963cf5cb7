//! Pictures of every screen in both themes, for people to look at, and what can be measured in them.

use std::path::PathBuf;

use anyhow::{Context, ensure};
use voiceassist_window_driver::{Role, Window};

use crate::clinic::{ADMINISTRATOR, ADMINISTRATOR_PASSWORD, Clinic};
use crate::desk::Desk;

/// People whose names test a table.
const PEOPLE: &[(&str, &str)] = &[
    ("Tom Baker", "t.baker@lakeside.example"),
    ("Núria Sørensen", "nuria@lakeside.example"),
    ("Yusuf Demir", "y.demir@lakeside.example"),
    ("Chiamaka Okafor", "c.okafor@lakeside.example"),
    ("李 小龙", "li.xiaolong@lakeside.example"),
    ("فاطمة السيد", "fatima@lakeside.example"),
    ("Piotr Zieliński", "p.zielinski@lakeside.example"),
    ("Grace Hopper-Lindqvist", "g.hopper@lakeside.example"),
    ("Mehmet Öz", "m.oz@lakeside.example"),
    ("Σοφία Παπαδοπούλου", "sofia.p@lakeside.example"),
    (
        "Maximiliana Wolfeschlegelsteinhausenbergerdorff",
        "maximiliana.wolfeschlegelsteinhausenbergerdorff@lakeside.example",
    ),
];

#[test]
fn every_screen_in_both_themes() -> anyhow::Result<()> {
    let clinic = Clinic::start()?;
    let temporary_passwords = clinic.add_people(PEOPLE)?;
    let desk = Desk::new()?;
    for theme in ["Light", "Dark"] {
        // Starting with the profile fills in the administrator's address again.
        let window = desk.sign_in(&clinic, ADMINISTRATOR, ADMINISTRATOR_PASSWORD)?;
        window.click(Role::Link, "Settings")?;
        window.click(Role::Radio, theme)?;
        walk_through(&window, &theme.to_lowercase())?;
        window.click(Role::Button, "Sign out")?;
        window.find(Role::Heading, "Sign in")?;
        look(&window, "sign-in", &theme.to_lowercase())?;
        look_at_a_first_sign_in(
            &window,
            PEOPLE[0].1,
            temporary_passwords[0].expose(),
            &theme.to_lowercase(),
        )?;
        window.close()?;
    }
    Ok(())
}

fn look_at_a_first_sign_in(window: &Window, email: &str, password: &str, theme: &str) -> anyhow::Result<()> {
    window.fill(Role::Textbox, "E-mail", email)?;
    window.fill(Role::Textbox, "Password", "not this one")?;
    window.click(Role::Button, "Sign in")?;
    window.message_at(Role::Textbox, "Password")?;
    look(window, "sign-in-refused", theme)?;
    window.fill(Role::Textbox, "Password", password)?;
    window.click(Role::Button, "Sign in")?;
    window.find(Role::Heading, "Choose a new password")?;
    window.fill(Role::Textbox, "Current password", password)?;
    window.fill(Role::Textbox, "New password", "baker2026")?;
    window.wait_for_text("Hard to guess: not yet met")?;
    look(window, "choose-a-new-password", theme)?;
    window.click(Role::Button, "Sign out")?;
    window.find(Role::Heading, "Sign in")?;
    Ok(())
}

fn walk_through(window: &Window, theme: &str) -> anyhow::Result<()> {
    window.find(Role::Heading, "Settings")?;
    look(window, "settings", theme)?;
    window.click(Role::Button, "Add server")?;
    window.find(Role::Textbox, "Server name")?;
    look(window, "settings-new-server", theme)?;
    window.click(Role::Button, "Cancel")?;
    window.click(Role::Link, "Accounts")?;
    window.find_containing(Role::Row, "Yusuf Demir")?;
    look(window, "accounts", theme)?;
    window.fill(Role::Searchbox, "Search accounts", "nobody at all")?;
    window.find(Role::Button, "Clear filters")?;
    look(window, "accounts-none-found", theme)?;
    window.click(Role::Button, "Clear filters")?;
    let row = window.find_containing(Role::Row, "Yusuf Demir")?;
    window.click_element(&row)?;
    window.find(Role::Heading, "Yusuf Demir")?;
    look(window, "account", theme)?;
    window.click(Role::Button, "Deactivate")?;
    window.find_containing(Role::Dialog, "Deactivate")?;
    look(window, "account-deactivate", theme)?;
    window.click(Role::Button, "Cancel")?;
    window.click(Role::Button, "Reset password")?;
    window.find_containing(Role::Dialog, "Reset")?;
    window.click(Role::Button, "Reset password")?;
    window.find(Role::Status, "Temporary password")?;
    look(window, "account-temporary-password", theme)?;
    window.click(Role::Button, "Done")?;
    window.click(Role::Link, "Accounts")?;
    window.click(Role::Link, "New account")?;
    window.find(Role::Heading, "New account")?;
    look(window, "new-account", theme)?;
    window.click(Role::Button, "Create account")?;
    window.message_at(Role::Textbox, "Full name")?;
    look(window, "new-account-refused", theme)?;
    window.click(Role::Link, "My account")?;
    window.find(Role::Heading, "My account")?;
    window.fill(Role::Textbox, "New password", "velvet anchor tun")?;
    window.wait_for_text("Hard to guess: ")?;
    look(window, "my-account", theme)?;
    window.fill(Role::Textbox, "New password", "")?;
    window.click(Role::Link, "Status")?;
    window.find(Role::Heading, "Status")?;
    window.wait_for_text("Answering")?;
    look(window, "status", theme)
}

/// Takes the picture, and holds the screen against what no screen may do: overflow sideways, use an id
/// twice, or give axe-core a reason to complain.
fn look(window: &Window, screen: &str, theme: &str) -> anyhow::Result<()> {
    let folder = variable("VOICEASSIST_SCREENS")?;
    window.wait_until_still()?;
    window.take_picture(&PathBuf::from(folder).join(format!("{screen}-{theme}.png")))?;
    let overflow = window.run("return document.documentElement.scrollWidth - innerWidth", &[])?;
    ensure!(overflow.as_i64().is_some_and(|pixels| pixels <= 0), "{screen} is {overflow} px too wide");
    let twice = window.run(
        "const ids = Array.from(document.querySelectorAll('[id]')).map((each) => each.id); \
         return ids.filter((id, index) => ids.indexOf(id) !== index)",
        &[],
    )?;
    ensure!(twice.as_array().is_some_and(Vec::is_empty), "{screen} uses ids twice: {twice}");
    let findings = find_barriers(window)?;
    ensure!(findings.is_empty(), "{screen} in {theme}:\n{}", findings.join("\n"));
    Ok(())
}

/// What axe-core says of the screen, a line for each element.
fn find_barriers(window: &Window) -> anyhow::Result<Vec<String>> {
    let axe = std::fs::read_to_string(variable("VOICEASSIST_AXE")?).context("axe-core cannot be read")?;
    window.run(&format!("if (!window.axe) {{ {axe} }}"), &[])?;
    let violations = window.run_and_wait(
        "const done = arguments[arguments.length - 1]; \
         window.axe.run(document, { resultTypes: ['violations'] }).then( \
           (result) => done(result.violations.flatMap((rule) => rule.nodes.map( \
             (node) => `${rule.id}: ${node.target.join(' ')}: ${node.failureSummary}`))), \
           (error) => done([String(error)]))",
    )?;
    let lines = violations.as_array().context("axe-core gave no list")?;
    Ok(lines.iter().filter_map(|line| line.as_str().map(str::to_owned)).collect())
}

fn variable(name: &str) -> anyhow::Result<std::ffi::OsString> {
    std::env::var_os(name)
        .with_context(|| format!("{name} is not set: run these tests with `cargo xtask test`"))
}
