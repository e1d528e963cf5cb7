//! The own account: profile, password and sessions.

mod profile;
mod sessions;

use leptos::prelude::*;
use voiceassist_contract::ipc::Ability;

use super::change_password::ChangePasswordForm;
use super::page::Heading;
use crate::components::missing::MissingNote;
use crate::state::app;
use profile::OwnProfile;
use sessions::OwnSessions;

/// The page of one's own account.
#[component]
pub(crate) fn MyAccountScreen() -> impl IntoView {
    let session = app().session;
    view! {
        <div class="page">
            <header class="page-header"><Heading text="My account"/></header>
            <div class="columns even">
                <div class="column">
                    <OwnProfile/>
                    <Show
                        when=move || session.can(Ability::OwnSessions)
                        fallback=|| view! {
                            <Missing id="own-sessions-title" title="Sessions">
                                <MissingNote ability=Ability::OwnSessions/>
                                <MissingNote ability=Ability::EndSessionOnServer/>
                            </Missing>
                        }
                    >
                        <OwnSessions/>
                    </Show>
                </div>
                <div class="column">
                    <section class="card" aria-labelledby="password-title">
                        <header class="card-head"><h2 id="password-title">"Password"</h2></header>
                        <div class="card-body"><ChangePasswordForm/></div>
                    </section>
                    <Show when=move || !session.can(Ability::TwoStepSetup)>
                        <Missing id="two-step-title" title="Two-step sign-in">
                            <MissingNote ability=Ability::TwoStepSetup/>
                        </Missing>
                    </Show>
                </div>
            </div>
        </div>
    }
}

/// A card whose content this server does not have.
#[component]
fn Missing(id: &'static str, title: &'static str, children: Children) -> impl IntoView {
    view! {
        <section class="card" aria-labelledby=id>
            <header class="card-head"><h2 id=id>{title}</h2></header>
            <div class="card-body missing-list">{children()}</div>
        </section>
    }
}
