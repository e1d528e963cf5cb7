//! The settings in a file of the store plugin.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;
use tauri::{AppHandle, Manager, Wry};
use tauri_plugin_store::{Store, StoreExt};
use voiceassist_contract::ipc::Settings;

use super::{SettingsError, SettingsStore, recovery};

/// The file's name in the application's data folder.
const FILE_NAME: &str = "settings.json";
/// The one key in it; the store is a map.
const KEY: &str = "settings";

/// Settings kept by the store plugin.
pub(crate) struct SettingsFile {
    store: Arc<Store<Wry>>,
    path: PathBuf,
    notice: Option<String>,
}

impl SettingsFile {
    /// Opens the settings of this person on this computer, recovering from a damaged file first.
    ///
    /// # Errors
    /// The data folder cannot be found, or the file cannot be opened at all.
    pub(crate) fn open(app: &AppHandle) -> anyhow::Result<Self> {
        let folder = app.path().app_data_dir().context("there is no folder for application data")?;
        let path = folder.join(FILE_NAME);
        let notice = recovery::make_readable(&path, is_sound);
        let store =
            app.store_builder(&path).disable_auto_save().build().context("the settings cannot be opened")?;
        Ok(Self { store, path, notice })
    }
}

/// Whether the store will be able to read `bytes`, and this program the settings in it.
fn is_sound(bytes: &[u8]) -> bool {
    serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(bytes).is_ok_and(|map| {
        map.get(KEY).is_none_or(|value| serde_json::from_value::<Settings>(value.clone()).is_ok())
    })
}

impl SettingsStore for SettingsFile {
    fn load(&self) -> Settings {
        self.store.get(KEY).and_then(|value| serde_json::from_value(value).ok()).unwrap_or_default()
    }

    fn save(&self, settings: &Settings) -> Result<(), SettingsError> {
        let before = self.store.get(KEY);
        let value = serde_json::to_value(settings).map_err(|error| SettingsError(error.to_string()))?;
        self.store.set(KEY, value);
        if let Err(error) = self.store.save() {
            match before {
                Some(before) => self.store.set(KEY, before),
                None => {
                    self.store.delete(KEY);
                }
            }
            return Err(SettingsError(error.to_string()));
        }
        recovery::keep_a_copy(&self.path).map_err(|error| SettingsError(error.to_string()))
    }

    fn notice(&self) -> Option<String> {
        self.notice.clone()
    }
}
