//! Seconds until something may be tried again, counted down while one looks.

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// How often the clock is looked at.
const LOOK_EVERY_MILLISECONDS: u32 = 500;

/// Counts `left` down from so many seconds to 0, or until somebody sets it to 0.
pub(crate) fn count_down(left: RwSignal<u64>, seconds: u64) {
    left.set(seconds);
    let ends_at = js_sys::Date::now() + seconds as f64 * 1_000.0;
    spawn_local(async move {
        loop {
            TimeoutFuture::new(LOOK_EVERY_MILLISECONDS).await;
            // By the clock and not by counting, so that a sleeping computer does not stretch the wait.
            let now_left = ((ends_at - js_sys::Date::now()) / 1_000.0).ceil().max(0.0) as u64;
            match left.try_get_untracked() {
                None | Some(0) => return,
                Some(shown) if shown != now_left => left.set(now_left),
                Some(_) => {}
            }
        }
    });
}
