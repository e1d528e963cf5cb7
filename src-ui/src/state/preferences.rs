//! What is remembered on this computer: servers and appearance, and their effect on the page.

use leptos::prelude::*;
use leptos::task::spawn_local;
use voiceassist_contract::ipc::{
    Density, Failure, LoadSettings, Profile, ProfileId, SaveSettings, Settings, Theme,
};

use crate::ipc::call;

/// The settings, as the shell last gave them.
#[derive(Clone, Copy)]
pub(crate) struct Preferences {
    /// The settings in force.
    pub(crate) settings: RwSignal<Settings>,
    /// What happened while they were read, if somebody should know.
    pub(crate) notice: RwSignal<Option<String>>,
    /// The application's version.
    pub(crate) app_version: RwSignal<String>,
}

impl Preferences {
    pub(super) fn new() -> Self {
        Self {
            settings: RwSignal::new(Settings::default()),
            notice: RwSignal::new(None),
            app_version: RwSignal::new(String::new()),
        }
    }

    /// Reads the settings at the start.
    pub(crate) async fn load(self) {
        match call(LoadSettings {}).await {
            Ok(state) => {
                self.app_version.set(state.app_version);
                self.notice.set(state.notice);
                self.take(state.settings);
            }
            Err(failure) => self.notice.set(Some(failure.message)),
        }
    }

    /// Takes over what the shell answered.
    pub(crate) fn take(self, settings: Settings) {
        apply_appearance(settings.theme, settings.density);
        self.settings.set(settings);
    }

    /// Changes and keeps the settings. The change is seen at once; if it cannot be kept, a notice says so.
    pub(crate) fn change(self, change: impl FnOnce(&mut Settings)) {
        let mut settings = self.settings.get_untracked();
        change(&mut settings);
        self.take(settings.clone());
        spawn_local(async move {
            let answer = call(SaveSettings { settings }).await;
            self.notice.set(answer.err().map(|failure| failure.message));
        });
    }

    /// Makes this the profile that one signs in to.
    pub(crate) async fn choose_profile(self, id: ProfileId) -> Result<(), Failure> {
        let mut settings = self.settings.get_untracked();
        settings.current_profile = Some(id);
        self.take(call(SaveSettings { settings }).await?);
        Ok(())
    }

    /// The profile that one signs in to.
    pub(crate) fn current(self) -> Option<Profile> {
        self.settings.with(|settings| settings.current().cloned())
    }

    /// The height of a table's row in pixels.
    pub(crate) fn row_height(self) -> f64 {
        match self.settings.with(|settings| settings.density) {
            Density::Comfortable => 44.0,
            Density::Compact => 34.0,
        }
    }
}

fn apply_appearance(theme: Theme, density: Density) {
    let Some(root) = document().document_element() else { return };
    let theme = match theme {
        Theme::System => None,
        Theme::Light => Some("light"),
        Theme::Dark => Some("dark"),
        Theme::HighContrast => Some("high-contrast"),
    };
    set_or_remove(&root, "data-theme", theme);
    set_or_remove(&root, "data-density", (density == Density::Compact).then_some("compact"));
}

fn set_or_remove(root: &web_sys::Element, name: &str, value: Option<&str>) {
    // Neither can fail: the names are fixed and valid.
    let _ = match value {
        Some(value) => root.set_attribute(name, value),
        None => root.remove_attribute(name),
    };
}
