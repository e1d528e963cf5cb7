//! The servers that one can sign in to: add, edit, remove, test.

use leptos::prelude::*;
use leptos::task::spawn_local;
use voiceassist_contract::ipc::{Profile, ProfileId, RemoveProfile};

use crate::components::dialog::Confirm;
use crate::components::icon::{Glyph, Icon};
use crate::components::server_form::ServerForm;
use crate::ipc::call;
use crate::state::app;

/// What the form below the list is for.
#[derive(Clone, Debug, PartialEq)]
enum Editing {
    Nothing,
    New,
    Known(Box<Profile>),
}

/// The list of servers.
#[component]
pub(crate) fn Servers() -> impl IntoView {
    let state = app();
    let preferences = state.preferences;
    let editing = RwSignal::new(Editing::Nothing);
    let asks_remove = RwSignal::new(false);
    let to_remove = RwSignal::new(None::<Profile>);
    let session_profile = move || state.session.info.with(|info| info.as_ref().map(|info| info.profile_id));
    let remove = move |()| {
        let Some(profile) = to_remove.get_untracked() else { return };
        let is_in_use = untrack(session_profile) == Some(profile.id);
        spawn_local(async move {
            match call(RemoveProfile { profile_id: profile.id }).await {
                Ok(settings) => {
                    preferences.take(settings);
                    if is_in_use {
                        state.session.info.set(None);
                    }
                }
                Err(failure) => state.toasts.complain(failure.message),
            }
        });
    };
    let ask_remove = move |profile: Profile| {
        to_remove.set(Some(profile));
        asks_remove.set(true);
    };
    let on_saved = move |_: ProfileId| {
        editing.set(Editing::Nothing);
        state.toasts.say("Server saved.");
    };
    let removed_name = move || {
        to_remove.with(|profile| profile.as_ref().map(|profile| profile.name.clone()).unwrap_or_default())
    };
    let ends_session = move || {
        let id = to_remove.with(|profile| profile.as_ref().map(|profile| profile.id));
        id.is_some() && id == session_profile()
    };
    view! {
        <div class="servers">
            <ul>
                {move || preferences.settings.with(|settings| settings.profiles.clone()).into_iter().map(|profile| view! {
                    <ServerRow
                        is_in_use=session_profile() == Some(profile.id)
                        on_edit=move |profile| editing.set(Editing::Known(Box::new(profile)))
                        on_remove=ask_remove
                        profile
                    />
                }).collect_view()}
            </ul>
            {move || match editing.get() {
                Editing::Nothing => view! {
                    <button type="button" class="button" on:click=move |_| editing.set(Editing::New)>
                        <Icon glyph=Glyph::Plus/>
                        "Add server"
                    </button>
                }
                .into_any(),
                Editing::New => view! {
                    <ServerForm profile=None label="Save server" on_saved on_cancel=move |()| editing.set(Editing::Nothing)/>
                }
                .into_any(),
                Editing::Known(profile) => view! {
                    <ServerForm profile=Some(*profile) label="Save server" on_saved on_cancel=move |()| editing.set(Editing::Nothing)/>
                }
                .into_any(),
            }}
        </div>
        <Confirm
            title=Signal::derive(move || format!("Remove {}?", removed_name()))
            open=asks_remove
            label="Remove"
            is_destructive=true
            on_confirm=remove
        >
            <p>
                {move || if ends_session() {
                    "You are signed in to this server and will be signed out."
                } else {
                    "This computer forgets the server and what is kept of it in the keychain."
                }}
                " Nothing changes on the server itself."
            </p>
        </Confirm>
    }
}

#[component]
fn ServerRow(
    profile: Profile,
    is_in_use: bool,
    #[prop(into)] on_edit: Callback<Profile>,
    #[prop(into)] on_remove: Callback<Profile>,
) -> impl IntoView {
    let (edited, removed) = (profile.clone(), profile.clone());
    view! {
        <li>
            <Icon glyph=Glyph::Server/>
            <div class="session-text">
                <p>
                    {profile.name.clone()}
                    {is_in_use.then(|| view! { <span class="badge" data-tone="ok">"Signed in"</span> })}
                    {profile.allow_plain_http.then(|| view! { <span class="badge" data-tone="problem">"Not encrypted"</span> })}
                </p>
                <p class="faint">{profile.address.clone()}</p>
            </div>
            <button
                type="button"
                class="button quiet small square"
                aria-label=format!("Edit {}", profile.name)
                title="Edit"
                on:click=move |_| on_edit.run(edited.clone())
            >
                <Icon glyph=Glyph::Edit/>
            </button>
            <button
                type="button"
                class="button quiet small square"
                aria-label=format!("Remove {}", profile.name)
                title="Remove"
                on:click=move |_| on_remove.run(removed.clone())
            >
                <Icon glyph=Glyph::Trash/>
            </button>
        </li>
    }
}
