//! The round trips of the last hour as a line, with gaps where there was no answer.

use leptos::prelude::*;

use crate::state::app;

const WIDTH: f64 = 120.0;
const HEIGHT: f64 = 24.0;

/// The line.
#[component]
pub(super) fn Sparkline() -> impl IntoView {
    let latencies = app().connection.latencies;
    view! {
        <svg class="sparkline" viewBox=format!("0 0 {WIDTH} {HEIGHT}") aria-hidden="true">
            <path d=move || latencies.with(|latencies| line(latencies))></path>
        </svg>
    }
}

/// The path through the values, the newest at the right edge.
fn line(latencies: &[Option<u64>]) -> String {
    // Some air above, so that an even line does not stick to the edge.
    let most = latencies.iter().flatten().copied().max().unwrap_or(0).max(1) as f64 * 1.25;
    let step = WIDTH / (latencies.len().max(2) - 1) as f64;
    let mut path = String::new();
    let mut is_drawing = false;
    for (index, latency) in latencies.iter().enumerate() {
        let Some(latency) = latency else {
            is_drawing = false;
            continue;
        };
        let x = index as f64 * step;
        let y = HEIGHT - 2.0 - (*latency as f64 / most) * (HEIGHT - 4.0);
        path.push_str(&format!("{}{x:.1} {y:.1}", if is_drawing { "L" } else { "M" }));
        is_drawing = true;
    }
    path
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn a_missing_answer_is_a_gap_in_the_line() {
        assert_eq!(line(&[]), "");
        assert_eq!(line(&[Some(10), Some(5), None, Some(10)]), "M0.0 6.0L40.0 14.0M120.0 6.0");
    }
}
