//! What somebody else saved while one was typing, field by field: theirs or yours.

use leptos::prelude::*;

use super::form::{AccountForm, Conflict};
use crate::components::field::unique_id;
use crate::components::notice::Notice;
use crate::format::words::Tone;
use crate::state::drafts::Field;

/// The comparison, as long as there is one.
#[component]
pub(super) fn ConflictNotice(form: AccountForm) -> impl IntoView {
    move || {
        form.conflict.get().map(|conflict| {
            let Conflict { theirs, mine, taken, disputed } = conflict.clone();
            let what_next = if disputed.is_empty() {
                "Nothing that you typed is lost. Look at it and save again."
            } else {
                "Choose which value to keep, then save again."
            };
            view! {
                <Notice tone=Tone::Warning>
                    <p><strong>"Somebody else has changed this account meanwhile."</strong> " " {what_next}</p>
                    {disputed.into_iter().map(|field| view! { <Choice form field conflict=conflict.clone()/> }).collect_view()}
                    {taken.into_iter().map(|field| view! {
                        <p>
                            {field.label()} ": " <strong>{field.shown(&theirs)}</strong>
                            " (was " {field.shown(&mine)} ")"
                        </p>
                    }).collect_view()}
                </Notice>
            }
        })
    }
}

#[component]
fn Choice(form: AccountForm, field: Field, conflict: Conflict) -> impl IntoView {
    let name = unique_id("choice");
    let choose = move |from: &crate::state::drafts::Fields| {
        let mut fields = untrack(|| form.fields());
        field.copy(from, &mut fields);
        form.fill(&fields);
    };
    let (theirs, mine) = (conflict.theirs, conflict.mine);
    let (their_value, my_value) = (field.shown(&theirs), field.shown(&mine));
    view! {
        <fieldset class="choice">
            <legend>{field.label()}</legend>
            <label class="check">
                <input type="radio" name=name.clone() on:change=move |_| choose(&theirs)/>
                <span>"Theirs: " <strong>{their_value}</strong></span>
            </label>
            <label class="check">
                <input type="radio" name=name checked=true on:change=move |_| choose(&mine)/>
                <span>"Yours: " <strong>{my_value}</strong></span>
            </label>
        </fieldset>
    }
}
