//! The same story on the gateways that clinics have deployed: what one of them cannot do is said where one would
//! look for it, and the server's log shows no request that it did not need.

use voiceassist_scripted_gateways::{Kind, ScriptedGatewayThread};
use voiceassist_window_driver::{Role, Window};

use crate::clinic::{ADMINISTRATOR, ADMINISTRATOR_NAME, ADMINISTRATOR_PASSWORD};
use crate::desk::{Desk, sign_in};
use crate::scripted::clinic_of;
use crate::story::{
    EMAIL, NEW_PASSWORD, PERSON, create_the_account, deactivate_it_and_bring_it_back, edit_its_name,
    open_the_account, see_the_status,
};

/// What is asked every few seconds of any server, whoever looks at what.
const WATCHED: [&str; 3] = ["GET /health", "GET /ready", "GET /api/admin/integrations/"];

#[test]
fn the_story_on_a_server_of_december_2025() -> anyhow::Result<()> {
    let server = crowded(Kind::December2025);
    let desk = Desk::new()?;
    let window = desk.sign_in(&server, ADMINISTRATOR, ADMINISTRATOR_PASSWORD)?;
    find_somebody(&window, "Sorted on this computer")?;
    anyhow::ensure!(count_of_strangers(&server) == 0, "nothing was asked that this server does not know");

    let password = create_the_account(&window)?;
    anyhow::ensure!(server.person_with(EMAIL).is_some_and(|person| person.password == password));
    open_the_account(&window)?;
    edit_its_name(&window)?;
    window.wait_for_text("This server does not notice when two people edit at once")?;
    window.wait_for_text("This server cannot ask for a new password at the next sign-in.")?;
    window.wait_for_text("This server does not show where somebody is signed in.")?;
    deactivate_it_and_bring_it_back(&window)?;
    see_the_status(&window)?;
    window.wait_for_text("This server says of each part only whether it works.")?;
    window.wait_for_text("What the server is connected to")?;
    window.close()?;
    anyhow::ensure!(
        writes(&server) == writes_of_the_story("PUT /api/admin/panel/users/{id}"),
        "every change was sent once, and in one spelling"
    );

    let window = next_connection(&desk, &server)?;
    change_the_own_password(&window)?;
    window.wait_for_text("Your password is changed. This server lets you in with it after an hour, at ")?;
    sign_in(&window, NEW_PASSWORD)?;
    window.wait_for_text("This server lets it in again at ")?;
    anyhow::ensure!(
        writes(&server) == ["POST /api/users/me/change-password", "POST /api/auth/login"],
        "no password was sent twice"
    );
    Ok(())
}

#[test]
fn the_story_on_a_server_of_november_2025() -> anyhow::Result<()> {
    let server = crowded(Kind::November2025);
    let desk = Desk::new()?;
    let window = desk.sign_in(&server, ADMINISTRATOR, ADMINISTRATOR_PASSWORD)?;
    find_somebody(&window, "Searched and sorted on this computer")?;
    anyhow::ensure!(count_of_strangers(&server) <= 2, "what kind of server it is was found out cheaply");

    create_the_account(&window)?;
    open_the_account(&window)?;
    window.find(Role::Heading, PERSON)?;
    window.wait_for_text("On this server only its person can change the name.")?;
    window.wait_for_text("On this server only its person can change the address.")?;
    let button = window.find(Role::Button, "Reset password")?;
    window.click_element(&button)?;
    window.wait_for_text("This server cannot reset passwords.")?;
    window.choose("Role", "Administrator")?;
    window.click(Role::Button, "Save changes")?;
    window.wait_for_text("Changes saved.")?;
    deactivate_it_and_bring_it_back(&window)?;
    see_the_status(&window)?;
    window.close()?;
    anyhow::ensure!(
        writes(&server) == writes_of_the_story("PUT /api/users/{id}/promote-admin"),
        "every change was sent once, and in one spelling"
    );

    let window = next_connection(&desk, &server)?;
    change_the_own_password(&window)?;
    window.wait_for_text("Password changed.")?;
    window.click(Role::Link, "Accounts")?;
    window.find_containing(Role::Row, ADMINISTRATOR_NAME)?;
    anyhow::ensure!(
        writes(&server) == ["POST /api/users/me/change-password"],
        "no password was sent twice, and one stays signed in"
    );
    Ok(())
}

#[test]
fn a_server_that_nobody_has_ever_seen_is_named_as_such_and_can_be_left() -> anyhow::Result<()> {
    let server = crowded(Kind::Invented);
    let window = Desk::new()?.sign_in(&server, ADMINISTRATOR, ADMINISTRATOR_PASSWORD)?;
    window.wait_for_text("This server speaks a language that this program does not know.")?;
    window.find(Role::Heading, "Sign in")?;
    anyhow::ensure!(
        window.value_of(Role::Textbox, "E-mail")? == ADMINISTRATOR,
        "what was typed is kept, for the right server"
    );
    let sent = lines(&server);
    let sign_ins = sent.iter().filter(|line| line.contains("login")).count();
    anyhow::ensure!(sign_ins == 1, "the password was sent once: {sent:?}");
    Ok(())
}

fn crowded(kind: Kind) -> ScriptedGatewayThread {
    let server = clinic_of(kind, &[]);
    server.add_many(130);
    server
}

fn find_somebody(window: &Window, said_below: &str) -> anyhow::Result<()> {
    window.find(Role::Heading, "Accounts")?;
    window.find_containing(Role::Row, ADMINISTRATOR_NAME)?;
    window.wait_for_text(said_below)?;
    window.fill(Role::Searchbox, "Search accounts", "person 0007")?;
    window.wait_for_text("10 accounts")?;
    window.find_containing(Role::Row, "Person 00070")?;
    // Nobody knows there who is locked, and pressing that says so.
    window.click(Role::Button, "Locked")?;
    window.wait_for_text("This server does not lock accounts after failed sign-ins.")?;
    window.fill(Role::Searchbox, "Search accounts", "")
}

/// Opens the application again: still signed in, and the server is known.
fn next_connection(desk: &Desk, server: &ScriptedGatewayThread) -> anyhow::Result<Window> {
    server.take_exchanges();
    let window = desk.open_again()?;
    window.find_containing(Role::Row, ADMINISTRATOR_NAME)?;
    let exchanges = server.take_exchanges();
    let asked: Vec<_> = exchanges.iter().map(|(line, _)| line.as_str()).collect();
    anyhow::ensure!(asked.contains(&"POST /api/auth/refresh"), "the session goes on: {asked:?}");
    let refused = exchanges.iter().filter(|(_, status)| matches!(status, Some(404 | 405))).count();
    anyhow::ensure!(refused == 0, "nothing is learned a second time: {asked:?}");
    Ok(window)
}

fn change_the_own_password(window: &Window) -> anyhow::Result<()> {
    window.click(Role::Link, "My account")?;
    window.find(Role::Heading, "My account")?;
    window.wait_for_text("This server does not show where you are signed in.")?;
    window.fill(Role::Textbox, "Current password", ADMINISTRATOR_PASSWORD)?;
    window.fill(Role::Textbox, "New password", NEW_PASSWORD)?;
    window.wait_for_text("Hard to guess: met")?;
    window.click(Role::Button, "Change password")
}

/// All that has to be sent, if the account is edited so.
fn writes_of_the_story(edit: &str) -> [&str; 7] {
    let (off, on) = ("PUT /api/users/{id}/deactivate", "PUT /api/users/{id}/activate");
    ["POST /api/auth/login", "POST /api/auth/register", edit, off, on, off, on]
}

/// How many requests so far were refused because the server has no such route.
fn count_of_strangers(server: &ScriptedGatewayThread) -> usize {
    server.exchanges().iter().filter(|(_, status)| matches!(status, Some(404 | 405))).count()
}

/// The lines since the last time without the watching, ids replaced by `{id}`.
fn lines(server: &ScriptedGatewayThread) -> Vec<String> {
    let lines = server.take_lines();
    let told = lines.iter().filter(|line| !WATCHED.contains(&line.as_str()));
    told.map(|line| without_ids(line)).collect()
}

/// Those of them that change something or carry a password.
fn writes(server: &ScriptedGatewayThread) -> Vec<String> {
    let is_write = |line: &String| !line.starts_with("GET ") && line != "POST /api/auth/refresh";
    lines(server).into_iter().filter(is_write).collect()
}

fn without_ids(line: &str) -> String {
    let is_id = |part: &str| part.len() == 36 && part.split('-').count() == 5;
    line.split('/').map(|part| if is_id(part) { "{id}" } else { part }).collect::<Vec<_>>().join("/")
}
