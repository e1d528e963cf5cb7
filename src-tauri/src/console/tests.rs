//! The console without a window: settings and profiles.

use std::sync::{Arc, Mutex};

use voiceassist_client::{MemoryTokenStore, SystemClock, TokenStore};
use voiceassist_contract::Secret;
use voiceassist_contract::ipc::{
    DialectName, FailureKind, LearnedDialect, Profile, ProfileId, Settings, Theme,
};

use super::{Console, TokenStores};
use crate::settings::{SettingsError, SettingsStore};

#[derive(Default)]
struct SettingsInMemory(Mutex<Settings>);

impl SettingsStore for SettingsInMemory {
    fn load(&self) -> Settings {
        self.0.lock().expect("not poisoned").clone()
    }

    fn save(&self, settings: &Settings) -> Result<(), SettingsError> {
        *self.0.lock().expect("not poisoned") = settings.clone();
        Ok(())
    }

    fn notice(&self) -> Option<String> {
        None
    }
}

fn console() -> (Console, Arc<MemoryTokenStore>) {
    voiceassist_client::install_crypto_provider();
    let tokens = Arc::new(MemoryTokenStore::default());
    let stores = TokenStores::in_memory(Arc::clone(&tokens) as Arc<dyn TokenStore>);
    (Console::new(Box::<SettingsInMemory>::default(), stores, Arc::new(SystemClock)), tokens)
}

fn profile(number: u128, address: &str) -> Profile {
    Profile {
        id: ProfileId::from_u128(number),
        name: format!("Clinic {number}"),
        address: address.to_owned(),
        allow_plain_http: false,
        ca_file: None,
        last_email: None,
    }
}

#[test]
fn a_saved_profile_is_chosen_and_saving_it_again_replaces_it() {
    let (console, _) = console();
    console.save_profile(profile(1, "https://one.example/")).expect("saved");
    console.save_profile(profile(2, "https://two.example")).expect("saved");
    let renamed = Profile { name: "  Lakeside ".to_owned(), ..profile(1, "https://one.example") };

    let settings = console.save_profile(renamed).expect("saved");

    assert_eq!(settings.profiles.len(), 2);
    assert_eq!(settings.current().map(|profile| profile.name.as_str()), Some("Lakeside"));
    assert_eq!(settings.current().map(|profile| profile.address.as_str()), Some("https://one.example"));
}

#[test]
fn a_profile_without_a_name_and_with_a_bad_address_is_refused_at_both_fields() {
    let (console, _) = console();
    let bad = Profile { name: " ".to_owned(), ..profile(1, "ftp://one.example") };

    let failure = console.save_profile(bad).expect_err("refused");

    let fields: Vec<&str> = failure.fields.iter().map(|error| error.field.as_str()).collect();
    assert_eq!(fields, ["name", "address"]);
    assert!(console.settings_state().settings.profiles.is_empty());
}

#[test]
fn plain_http_to_another_computer_is_refused_until_the_profile_allows_it() {
    let (console, _) = console();
    let refused = console.save_profile(profile(1, "http://10.0.0.5:8000")).expect_err("refused");
    assert_eq!(refused.kind, FailureKind::PlainHttpRefused);

    let allowed = Profile { allow_plain_http: true, ..profile(1, "http://10.0.0.5:8000") };
    console.save_profile(allowed).expect("saved");
    console.save_profile(profile(2, "http://127.0.0.1:8000")).expect("this computer needs no permission");
}

#[test]
fn saving_the_appearance_leaves_the_profiles_alone() {
    let (console, _) = console();
    console.save_profile(profile(1, "https://one.example")).expect("saved");

    let settings =
        console.save_appearance(Settings { theme: Theme::Dark, ..Settings::default() }).expect("saved");

    assert_eq!(settings.theme, Theme::Dark);
    assert_eq!(settings.profiles.len(), 1);
    assert_eq!(settings.current_profile, Some(ProfileId::from_u128(1)));
}

#[test]
fn the_server_that_the_program_is_started_for_is_added_once_and_its_email_filled_in() {
    let (console, _) = console();
    for email in ["first@clinic.example", "second@clinic.example"] {
        let requested = Profile {
            last_email: Some(email.to_owned()),
            ..profile(rand_like(email), "http://127.0.0.1:8000")
        };
        console.prepare_for(Some(requested));
    }
    let settings = console.settings_state().settings;
    assert_eq!(settings.profiles.len(), 1);
    assert_eq!(settings.profiles[0].last_email.as_deref(), Some("second@clinic.example"));
}

fn rand_like(text: &str) -> u128 {
    text.bytes().map(u128::from).sum()
}

#[tokio::test]
async fn removing_a_profile_deletes_its_keychain_item_even_if_its_server_is_gone() {
    let (console, tokens) = console();
    let id = ProfileId::from_u128(1);
    console.save_profile(profile(1, "http://127.0.0.1:9")).expect("saved");
    tokens.save(id, &Secret::new("refresh-token")).await.expect("kept");

    let settings = console.remove_profile(id).await.expect("removed");

    assert!(settings.profiles.is_empty());
    assert_eq!(settings.current_profile, None);
    assert!(tokens.load(id).await.expect("readable").is_none());
}

#[test]
fn asking_anything_before_a_server_is_chosen_says_that_nobody_is_signed_in() {
    let (console, _) = console();
    assert_eq!(console.client().map(|_| ()).expect_err("nobody").kind, FailureKind::SignedOut);
}

#[tokio::test]
async fn what_was_learned_of_a_server_holds_for_its_address_and_goes_with_its_profile() {
    let (console, _) = console();
    let id = ProfileId::from_u128(1);
    console.save_profile(profile(1, "http://127.0.0.1:9")).expect("saved");
    let learned = LearnedDialect { address: "http://127.0.0.1:9".into(), dialect: DialectName::November2025 };
    console.change_settings(|settings| drop(settings.dialects.insert(id, learned))).expect("kept");

    assert_eq!(console.use_profile(id).expect("a client").dialect(), Some(DialectName::November2025));
    console.save_profile(profile(1, "http://127.0.0.1:19")).expect("saved");
    assert_eq!(console.use_profile(id).expect("a client").dialect(), None, "another address, another server");

    let settings = console.remove_profile(id).await.expect("removed");
    assert!(settings.dialects.is_empty());
}

#[test]
fn nothing_is_written_as_long_as_nothing_was_learned() {
    let (console, _) = console();
    console.save_profile(profile(1, "https://one.example")).expect("saved");
    console.use_profile(ProfileId::from_u128(1)).expect("a client");
    console.remember_current_dialect();
    assert!(console.settings_state().settings.dialects.is_empty());
}
