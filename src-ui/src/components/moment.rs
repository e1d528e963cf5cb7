//! A moment, relative to now, with the exact time on hover.

use leptos::prelude::*;
use voiceassist_contract::Time;

use crate::format::times;
use crate::state::app;
use crate::state::clock::offset;

/// A moment such as “2 min ago”.
#[component]
pub(crate) fn Moment(then: Time) -> impl IntoView {
    let now = app().now;
    view! {
        <time datetime=then.to_rfc3339() title=times::exact(then, offset)>
            {move || times::relative(then, now.get(), offset)}
        </time>
    }
}

/// A moment, or “Never”.
#[component]
pub(crate) fn MomentOrNever(then: Option<Time>) -> impl IntoView {
    match then {
        Some(then) => view! { <Moment then/> }.into_any(),
        None => view! { <span class="faint">"Never"</span> }.into_any(),
    }
}
