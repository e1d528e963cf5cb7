//! What every page has: a heading that takes the focus, and the states in which there is nothing to show.

use leptos::html;
use leptos::prelude::*;

use crate::components::focus::focus_when_drawn;
use crate::components::icon::{Glyph, Icon};

/// A page's heading. Arriving on the page moves the focus here, unless the page has a better place for it.
#[component]
pub(crate) fn Heading(
    #[prop(into)] text: Signal<String>,
    #[prop(default = true)] takes_focus: bool,
) -> impl IntoView {
    let node = NodeRef::<html::H1>::new();
    if takes_focus {
        Effect::new(move |_| {
            if let Some(heading) = node.get() {
                focus_when_drawn(move || Some(heading.into()));
            }
        });
    }
    Effect::new(move |_| document().set_title(&format!("{} – VoiceAssist Admin", text.get())));
    view! { <h1 node_ref=node tabindex="-1">{move || text.get()}</h1> }
}

/// A page that is not for this person.
#[component]
pub(crate) fn NotAllowed() -> impl IntoView {
    view! {
        <div class="page">
            <header class="page-header"><Heading text="Not for this account"/></header>
            <div class="blank">
                <span class="blank-mark"><Icon glyph=Glyph::Lock/></span>
                <p class="blank-title">"Only administrators see this page"</p>
                <p>"Ask an administrator of your clinic if you need it."</p>
                <a class="button" href="/me">"Go to my account"</a>
            </div>
        </div>
    }
}

/// An address that leads nowhere.
#[component]
pub(crate) fn NowhereToGo() -> impl IntoView {
    view! {
        <div class="page">
            <header class="page-header"><Heading text="Nothing is here"/></header>
            <div class="blank">
                <p>"This address leads to no page of VoiceAssist Admin."</p>
                <a class="button" href="/">"Go to the first page"</a>
            </div>
        </div>
    }
}
