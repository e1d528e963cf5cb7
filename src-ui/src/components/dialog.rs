//! A native `<dialog>`: it holds the focus while it is open and gives it back afterwards.

use leptos::html;
use leptos::prelude::*;

use super::field::unique_id;

/// A dialog over the page.
#[component]
pub(crate) fn Dialog(
    /// What it is about.
    #[prop(into)]
    title: Signal<String>,
    /// Whether it is open; closing it by keyboard sets it to `false`.
    open: RwSignal<bool>,
    /// Whether only its own buttons close it, because what it shows is shown once.
    #[prop(optional)]
    stays: bool,
    children: ChildrenFn,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    let id = unique_id("dialog");
    let title_id = id.clone();
    Effect::new(move |_| {
        let is_wanted = open.get();
        let Some(dialog) = node.get() else { return };
        // In the next frame its content is there, and the first control in it gets the focus.
        request_animation_frame(move || match (is_wanted, dialog.open()) {
            (true, false) => {
                // Fails only for a dialog that has left the page.
                let _ = dialog.show_modal();
            }
            (false, true) => dialog.close(),
            _ => {}
        });
    });
    view! {
        <dialog
            node_ref=node
            class="dialog"
            aria-labelledby=id
            on:cancel=move |event: leptos::ev::Event| if stays { event.prevent_default() }
            on:close=move |_| open.set(false)
        >
            <h2 id=title_id>{move || title.get()}</h2>
            <Show when=move || open.get()>{children()}</Show>
        </dialog>
    }
}

/// A question before something that one may regret.
#[component]
pub(crate) fn Confirm(
    /// The question.
    #[prop(into)]
    title: Signal<String>,
    /// Whether it is being asked.
    open: RwSignal<bool>,
    /// The verb on the button.
    label: &'static str,
    /// Whether the answer takes something away.
    #[prop(optional)]
    is_destructive: bool,
    /// Runs after yes.
    #[prop(into)]
    on_confirm: Callback<()>,
    /// What will happen.
    children: ChildrenFn,
) -> impl IntoView {
    let children = StoredValue::new(children);
    view! {
        <Dialog title open>
            <div class="dialog-body">{move || children.with_value(|children| children())}</div>
            <div class="dialog-buttons">
                <button type="button" class="button quiet" on:click=move |_| open.set(false)>"Cancel"</button>
                <button
                    type="button"
                    class="button"
                    class:primary=!is_destructive
                    class:destructive=is_destructive
                    on:click=move |_| {
                        open.set(false);
                        on_confirm.run(());
                    }
                >
                    {label}
                </button>
            </div>
        </Dialog>
    }
}
