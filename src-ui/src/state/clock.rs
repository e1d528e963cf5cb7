//! The window's clock and time zone.

use chrono::DateTime;
use js_sys::Date;
use voiceassist_contract::Time;
use wasm_bindgen::JsValue;

/// The time by this computer's clock.
pub(crate) fn now() -> Time {
    DateTime::from_timestamp_millis(Date::now() as i64).unwrap_or_default()
}

/// Minutes to add to UTC to get this computer's wall clock at a moment.
pub(crate) fn offset(then: Time) -> i32 {
    let date = Date::new(&JsValue::from_f64(then.timestamp_millis() as f64));
    -(date.get_timezone_offset() as i32)
}
