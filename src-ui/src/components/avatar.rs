//! A person's initials in a circle, beside the name that they abbreviate.

use leptos::prelude::*;

use crate::format::initials::initials;

/// The initials of this person.
#[component]
pub(crate) fn Avatar(#[prop(into)] name: Signal<String>, #[prop(optional)] large: bool) -> impl IntoView {
    view! {
        <span class="avatar" class:large=large aria-hidden="true">
            {move || name.with(|name| initials(name))}
        </span>
    }
}
