//! The commands of the interface, a few lines each: arguments in, one call, result out.

mod accounts;
mod own_account;
mod server;
mod session;
mod settings;

use tauri::Wry;
use tauri::ipc::Invoke;

macro_rules! handle {
    ($($room:ident::$command:ident),+ $(,)?) => {
        /// What Tauri calls for every command of the interface.
        pub(crate) fn handler() -> impl Fn(Invoke<Wry>) -> bool + Send + Sync + 'static {
            tauri::generate_handler![$($room::$command),+]
        }

        /// The commands that are handled, to be held against the contract.
        #[cfg(test)]
        const HANDLED: &[&str] = &[$(stringify!($command)),+];
    };
}

handle![
    settings::load_settings,
    settings::save_settings,
    settings::save_profile,
    settings::remove_profile,
    settings::test_connection,
    session::resume_session,
    session::sign_in,
    session::verify_second_step,
    session::sign_out,
    session::get_policy,
    session::get_capabilities,
    own_account::get_profile,
    own_account::update_profile,
    own_account::change_password,
    own_account::assess_password,
    own_account::list_own_sessions,
    own_account::end_own_sessions,
    accounts::list_accounts,
    accounts::get_account,
    accounts::create_account,
    accounts::update_account,
    accounts::deactivate_account,
    accounts::restore_account,
    accounts::reset_password,
    accounts::unlock_account,
    accounts::list_account_sessions,
    accounts::end_account_sessions,
    server::check_status,
    server::copy_text,
];

#[cfg(test)]
mod tests;
