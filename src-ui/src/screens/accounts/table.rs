//! The table itself: a grid whose rows exist only while they are in view.
//!
//! The grid keeps the keyboard's focus and names its current row (`aria-activedescendant`), because a row that
//! scrolls out of view leaves the page and could not keep the focus.

use leptos::prelude::*;
use leptos::{ev, html};
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use voiceassist_contract::accounts::{Order, SortKey};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

use super::keys::{Position, Wish, wish};
use super::row::{Row, Slot, row_id};
use crate::components::icon::{Glyph, Icon};
use crate::state::app;
use crate::state::rows::rows_in_view;

const COLUMNS: [(SortKey, &str); 6] = [
    (SortKey::FullName, "Name"),
    (SortKey::Email, "E-mail"),
    (SortKey::Role, "Role"),
    (SortKey::Status, "Status"),
    (SortKey::LastLogin, "Last sign-in"),
    (SortKey::CreatedAt, "Created"),
];

/// Rows drawn as skeletons before it is known how many there are.
const ROWS_BEFORE_THE_ANSWER: usize = 8;

/// The table.
#[component]
pub(super) fn Table() -> impl IntoView {
    let state = app();
    let list = state.accounts;
    let grid = NodeRef::<html::Div>::new();
    let view_height = RwSignal::new(600.0);
    let row_height = Memo::new(move |_| state.preferences.row_height());
    let total = Memo::new(move |_| list.total.get().unwrap_or(ROWS_BEFORE_THE_ANSWER));
    let range = Memo::new(move |_| {
        rows_in_view(
            list.scroll_top.get(),
            view_height.get() - row_height.get(),
            row_height.get(),
            total.get(),
        )
    });
    Effect::new(move |_| state.want_accounts(range.get()));
    measure(grid, view_height);
    follow_scroll_position(grid);

    let slots = Memo::new(move |_| {
        list.rows.with(|rows| {
            range.get().map(|index| Slot { index, account: rows.get(index).cloned() }).collect::<Vec<_>>()
        })
    });
    let navigate = use_navigate();
    let open = Callback::new(move |index: usize| {
        list.focused.set(index);
        if let Some(account) = untrack(|| list.row(index)) {
            navigate(&format!("/accounts/{}", account.user.id), NavigateOptions::default());
        }
    });
    let on_key = move |event: ev::KeyboardEvent| {
        let is_on_grid = event.target() == event.current_target();
        let position = Position {
            row: list.focused.get_untracked(),
            total: total.get_untracked(),
            scroll_top: list.scroll_top.get_untracked(),
            view_height: view_height.get_untracked() - row_height.get_untracked(),
            row_height: row_height.get_untracked(),
        };
        let Some(wish) = is_on_grid.then(|| wish(&event, position)).flatten() else { return };
        event.prevent_default();
        match wish {
            Wish::Open => open.run(position.row),
            Wish::Focus { row, scroll_top } => {
                list.focused.set(row);
                if let Some(scroll_top) = scroll_top {
                    list.scroll_top.set(scroll_top);
                }
            }
        }
    };
    let current_row = move || {
        let focused = list.focused.get();
        (list.total.get().is_some() && range.get().contains(&focused)).then(|| row_id(focused))
    };
    view! {
        <div
            node_ref=grid
            class="grid"
            class:waits=move || list.total.get().is_none()
            role="grid"
            tabindex="0"
            aria-label="Accounts"
            aria-rowcount=move || list.total.get().map_or(-1, |total| total as i64 + 1).to_string()
            aria-colcount=COLUMNS.len().to_string()
            aria-busy=move || list.is_loading.get().then_some("true")
            aria-activedescendant=current_row
            on:scroll=move |_| {
                if let Some(grid) = grid.get_untracked() {
                    list.scroll_top.set(f64::from(grid.scroll_top()));
                }
            }
            on:keydown=on_key
        >
            <div class="grid-head" role="rowgroup">
                <div class="grid-row" role="row" aria-rowindex="1">
                    {COLUMNS.map(|(key, label)| view! { <Header column=key label/> }).collect_view()}
                </div>
            </div>
            <div
                class="grid-body"
                role="rowgroup"
                style:height=move || format!("{}px", total.get() as f64 * row_height.get())
            >
                <div
                    class="grid-window"
                    role="presentation"
                    style:transform=move || format!("translateY({}px)", range.get().start as f64 * row_height.get())
                >
                    <For each=move || slots.get() key=Slot::key children=move |place| view! { <Row place open/> }/>
                </div>
            </div>
        </div>
    }
}

#[component]
fn Header(column: SortKey, label: &'static str) -> impl IntoView {
    let state = app();
    let list = state.accounts;
    let order = move || list.query.with(|query| (query.sort == column).then_some(query.order));
    view! {
        <div
            class="grid-cell"
            role="columnheader"
            aria-sort=move || match order() {
                Some(Order::Asc) => "ascending",
                Some(Order::Desc) => "descending",
                None => "none",
            }
        >
            <button
                type="button"
                on:click=move |_| {
                    let query = list.query.with_untracked(|query| query.sorted_by(column));
                    state.ask_accounts(query);
                }
            >
                {label}
                {move || order().map(|order| {
                    let glyph = if order == Order::Asc { Glyph::Up } else { Glyph::Down };
                    view! { <Icon glyph/> }
                })}
            </button>
        </div>
    }
}

/// Keeps track of how much of the table is in view.
fn measure(grid: NodeRef<html::Div>, view_height: RwSignal<f64>) {
    let observer = StoredValue::new_local(None::<(web_sys::ResizeObserver, Closure<dyn FnMut()>)>);
    Effect::new(move |_| {
        let Some(element) = grid.get() else { return };
        let read = move || {
            if let Some(element) = grid.try_get_untracked().flatten() {
                view_height.set(f64::from(element.client_height()));
            }
        };
        read();
        let on_resize = Closure::<dyn FnMut()>::new(read);
        if let Ok(resizes) = web_sys::ResizeObserver::new(on_resize.as_ref().unchecked_ref()) {
            resizes.observe(&element);
            observer.set_value(Some((resizes, on_resize)));
        }
    });
    on_cleanup(move || {
        if let Some(Some((resizes, _))) = observer.try_update_value(Option::take) {
            resizes.disconnect();
        }
    });
}

/// Scrolls the element to where the state says, which is also how a visit goes on where the last one ended.
fn follow_scroll_position(grid: NodeRef<html::Div>) {
    let list = app().accounts;
    Effect::new(move |_| {
        let wanted = list.scroll_top.get();
        let Some(element) = grid.get() else { return };
        if (f64::from(element.scroll_top()) - wanted).abs() > 1.0 {
            // The body gets its height in this very frame; before that it could not be scrolled.
            request_animation_frame(move || element.set_scroll_top(wanted.round() as i32));
        }
    });
}
