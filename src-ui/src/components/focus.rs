//! Moving the focus, which must wait until the element stands in the page.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// Focuses the first element that matches, once the page has been drawn.
pub(crate) fn focus_soon(selector: &'static str) {
    focus_when_drawn(move || document().query_selector(selector).ok().flatten());
}

/// Focuses what `find` gives, once the page has been drawn.
///
/// That can take a moment on a busy computer. Whoever has begun to type somewhere else by then is left
/// alone, or the rest of a word would land in another field.
pub(crate) fn focus_when_drawn(find: impl FnOnce() -> Option<Element> + 'static) {
    let before = document().active_element();
    request_animation_frame(move || {
        if !has_moved_on(before)
            && let Some(element) = find()
        {
            focus(element);
        }
    });
}

/// Whether the focus has gone to another element since; that of an element which is gone is the page's body.
fn has_moved_on(before: Option<Element>) -> bool {
    let body = document().body().map(Element::from);
    let now = document().active_element();
    now.is_some() && now != before && now != body
}

/// Focuses an element now; what cannot be focused stays as it is.
pub(crate) fn focus(element: Element) {
    if let Ok(element) = element.dyn_into::<HtmlElement>() {
        // Fails only for elements that are gone, and then there is nothing to focus.
        let _ = element.focus();
    }
}

/// Focuses the first field that is marked as wrong, once the marks are there.
pub(crate) fn focus_first_error() {
    focus_soon("[aria-invalid='true']");
}

/// Whether the keyboard is in something that takes text, so that letters are no shortcuts.
pub(crate) fn is_typing() -> bool {
    document()
        .active_element()
        .is_some_and(|element| matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"))
}

/// Whether a dialog is open, which then has the keyboard.
pub(crate) fn is_dialog_open() -> bool {
    matches!(document().query_selector("dialog[open]"), Ok(Some(_)))
}
