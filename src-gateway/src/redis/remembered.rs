//! What one replica found out and the others need not find out again for a moment.

use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Redis;

impl Redis {
    /// What is remembered under this name, if anything is.
    pub async fn recall<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        let key = self.key(&format!("remembered:{name}"));
        let (_, text) = self.run::<Option<String>>(::redis::cmd("GET").arg(key)).await.ok()?;
        serde_json::from_str(&text?).ok()
    }

    /// Remembers this for so long, if that can be done.
    pub async fn remember<T: Serialize>(&self, name: &str, value: &T, time: Duration) {
        let Ok(text) = serde_json::to_string(value) else { return };
        let milliseconds = u64::try_from(time.as_millis()).unwrap_or(u64::MAX).max(1);
        let mut command = ::redis::cmd("SET");
        command.arg(self.key(&format!("remembered:{name}"))).arg(text).arg("PX").arg(milliseconds);
        // Without Redis, every replica finds out for itself.
        let _ = self.run::<()>(&command).await;
    }
}
