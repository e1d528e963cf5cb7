//! What has just been done, said at the bottom of the window for some seconds.

use std::sync::Arc;

use leptos::prelude::*;

use crate::format::words::Tone;

/// What a toast's button does.
pub(crate) type ToastAction = Arc<dyn Fn() + Send + Sync>;

/// A sentence, and perhaps the way back.
#[derive(Clone)]
pub(crate) struct Toast {
    /// Tells toasts apart.
    pub(crate) id: u64,
    /// What has been done.
    pub(crate) sentence: String,
    /// Whether it went well.
    pub(crate) tone: Tone,
    /// Takes back what has been done.
    pub(crate) undo: Option<ToastAction>,
}

/// The toasts on the screen, the oldest first.
#[derive(Clone, Copy)]
pub(crate) struct Toasts {
    /// Those to show.
    pub(crate) shown: RwSignal<Vec<Toast>>,
    next_id: StoredValue<u64>,
}

/// More at once would cover the page.
const MOST_SHOWN: usize = 3;

impl Toasts {
    pub(super) fn new() -> Self {
        Self { shown: RwSignal::new(Vec::new()), next_id: StoredValue::new(0) }
    }

    pub(super) fn reset(self) {
        self.shown.set(Vec::new());
    }

    /// Says that something went well.
    pub(crate) fn say(self, sentence: impl Into<String>) {
        self.add(sentence.into(), Tone::Ok, None);
    }

    /// Says that something went well and can be undone.
    pub(crate) fn say_with_undo(self, sentence: impl Into<String>, undo: impl Fn() + Send + Sync + 'static) {
        self.add(sentence.into(), Tone::Ok, Some(Arc::new(undo)));
    }

    /// Says that something failed.
    pub(crate) fn complain(self, sentence: impl Into<String>) {
        self.add(sentence.into(), Tone::Problem, None);
    }

    /// Says how it is.
    pub(crate) fn inform(self, sentence: impl Into<String>) {
        self.add(sentence.into(), Tone::Neutral, None);
    }

    /// Takes a toast away.
    pub(crate) fn dismiss(self, id: u64) {
        self.shown.update(|shown| shown.retain(|toast| toast.id != id));
    }

    fn add(self, sentence: String, tone: Tone, undo: Option<ToastAction>) {
        let id = self.next_id.get_value();
        self.next_id.set_value(id + 1);
        self.shown.update(|shown| {
            // Said again, it stands there longer, and not twice.
            shown.retain(|toast| toast.sentence != sentence || toast.undo.is_some());
            shown.push(Toast { id, sentence, tone, undo });
            if shown.len() > MOST_SHOWN {
                shown.remove(0);
            }
        });
    }
}
