//! Before anybody is signed in: the first start, servers that are not trusted, and computers that lack something.

use std::fs;

use voiceassist_scripted_gateways::Kind;
use voiceassist_window_driver::{Role, Window};

use super::look;
use crate::bus::BareBus;
use crate::clinic::{ADMINISTRATOR, ADMINISTRATOR_NAME, ADMINISTRATOR_PASSWORD};
use crate::desk::Desk;
use crate::encrypted::EncryptedServer;
use crate::scripted::clinic_of;

#[test]
fn a_first_start_asks_for_the_server_and_says_what_is_wrong_with_it() -> anyhow::Result<()> {
    let window = Desk::new()?.open_again()?;
    window.find(Role::Textbox, "Server name")?;
    look(&window, "first-run")?;

    let encrypted = EncryptedServer::start()?;
    fill_in(&window, &encrypted.url())?;
    window.click(Role::Button, "Test connection")?;
    window.wait_for_text("certificate is not trusted by this computer")?;
    look(&window, "first-run-untrusted")?;

    // Every computer reaches itself under this address too, but nothing says so.
    let server = clinic_of(Kind::December2025, &[]);
    fill_in(&window, &server.url().replace("127.0.0.1", "0.0.0.0"))?;
    window.find(Role::Checkbox, "Allow this connection although it is not encrypted")?;
    look(&window, "first-run-not-encrypted")?;
    window.click(Role::Checkbox, "Allow this connection although it is not encrypted")?;
    window.click(Role::Button, "Continue")?;
    window.fill(Role::Textbox, "E-mail", ADMINISTRATOR)?;
    window.fill(Role::Textbox, "Password", ADMINISTRATOR_PASSWORD)?;
    window.click(Role::Button, "Sign in")?;
    window.find_containing(Role::Row, ADMINISTRATOR_NAME)?;
    window.wait_for_text("Not encrypted")?;
    window.click(Role::Link, "Settings")?;
    look(&window, "settings-not-encrypted")
}

#[test]
fn damaged_settings_are_set_aside_and_a_computer_without_a_keychain_says_so() -> anyhow::Result<()> {
    let server = clinic_of(Kind::December2025, &[]);
    let desk = Desk::new()?;
    let settings = desk.settings_file();
    fs::create_dir_all(settings.parent().unwrap_or(&settings))?;
    fs::write(&settings, "{ cut off by a cra")?;
    let bus = BareBus::start()?;
    let window = desk.open_with_bus(&server, ADMINISTRATOR, bus.address())?;
    window.wait_for_text("The settings were damaged, so the defaults are used")?;
    look(&window, "sign-in-settings-set-aside")?;
    let kept = settings.with_extension("damaged-1.json");
    anyhow::ensure!(fs::read_to_string(kept)? == "{ cut off by a cra", "nothing is thrown away");

    window.fill(Role::Textbox, "Password", ADMINISTRATOR_PASSWORD)?;
    window.click(Role::Button, "Sign in")?;
    window.find_containing(Role::Row, ADMINISTRATOR_NAME)?;
    window.wait_for_text(
        "This computer has no keychain, so you stay signed in only until this window closes.",
    )?;
    look(&window, "accounts-no-keychain")
}

fn fill_in(window: &Window, address: &str) -> anyhow::Result<()> {
    window.fill(Role::Textbox, "Server name", "Lakeside Clinic")?;
    window.fill(Role::Textbox, "Server address", address)
}
