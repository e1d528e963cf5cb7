//! The interface of VoiceAssist Admin, which the shell's web view loads.
//!
//! It shows and asks; it holds no token, knows no gateway and makes no request but to the shell ([`ipc`]).

#![expect(unreachable_pub, reason = "Leptos writes `pub` for every component, whatever its own visibility")]

mod app;
mod components;
mod format;
mod ipc;
mod screens;
mod state;

fn main() {
    console_error_panic_hook::set_once();
    leptos::mount::mount_to_body(app::App);
}
