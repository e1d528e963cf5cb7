//! Choosing a password: the policy as a list that is ticked off while typing, and how strong it is.

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use voiceassist_contract::Secret;
use voiceassist_contract::auth::PasswordPolicy;
use voiceassist_contract::ipc::{AssessPassword, GetPolicy};
use voiceassist_contract::password::{Assessment, LEAST_BYTES, LEAST_SCORE, MOST_BYTES, PasswordRule};

use super::icon::{Glyph, Icon};
use super::password::PasswordField;
use crate::format::words;
use crate::ipc::call;
use crate::state::app;

const PAUSE_MILLISECONDS: u32 = 120;

const RULES: [PasswordRule; 4] = [
    PasswordRule::LongEnough,
    PasswordRule::ShortEnough,
    PasswordRule::NotPersonal,
    PasswordRule::HardToGuess,
];

/// The field for a new password, with checklist and strength.
#[component]
pub(crate) fn NewPasswordField(
    /// What is typed.
    value: RwSignal<String>,
    /// What the server said is wrong with it.
    #[prop(into)]
    error: Signal<Option<String>>,
    /// How it was judged; nothing before anything is typed.
    assessment: RwSignal<Option<Assessment>>,
) -> impl IntoView {
    let user = app().session.user();
    let (full_name, email) = user.map(|user| (user.full_name, user.email)).unwrap_or_default();
    let latest = StoredValue::new(0_u64);
    let policy = RwSignal::new(PasswordPolicy {
        min_bytes: LEAST_BYTES,
        max_bytes: MOST_BYTES,
        min_score: LEAST_SCORE,
    });
    spawn_local(async move {
        if let Ok(found) = app_policy().await {
            policy.set(found);
        }
    });
    Effect::new(move |_| {
        let typed = value.get();
        let turn = latest.get_value() + 1;
        latest.set_value(turn);
        if typed.is_empty() {
            assessment.set(None);
            return;
        }
        let (full_name, email) = (full_name.clone(), email.clone());
        spawn_local(async move {
            TimeoutFuture::new(PAUSE_MILLISECONDS).await;
            if latest.try_get_value() != Some(turn) {
                return;
            }
            let judged = call(AssessPassword { password: Secret::new(typed), full_name, email }).await;
            if latest.try_get_value() == Some(turn) {
                assessment.set(judged.ok());
            }
        });
    });
    view! {
        <div>
            <PasswordField label="New password" value error autocomplete="new-password"/>
            <Meter assessment/>
            <ul class="checklist" aria-label="What the new password must be like">
                {RULES.map(|rule| view! { <Rule rule assessment policy/> }).collect_view()}
            </ul>
        </div>
    }
}

async fn app_policy() -> Result<PasswordPolicy, voiceassist_contract::ipc::Failure> {
    Ok(call(GetPolicy {}).await?.password)
}

#[component]
fn Meter(assessment: RwSignal<Option<Assessment>>) -> impl IntoView {
    let score = move || assessment.with(|judged| judged.as_ref().map(|judged| judged.score));
    view! {
        <div class="strength">
            <meter
                min="0"
                max="4"
                aria-label="Strength"
                prop:value=move || f64::from(score().unwrap_or(0))
                data-score=move || score().map(|score| score.to_string())
            ></meter>
            <div class="strength-bars" aria-hidden="true" data-score=move || score().map(|score| score.to_string())>
                <span></span><span></span><span></span><span></span>
            </div>
            <p class="field-hint" aria-live="polite">
                {move || assessment.with(|judged| match judged {
                    None => "A few uncommon words in a row are strong and easy to remember.".to_owned(),
                    Some(judged) => match &judged.warning {
                        Some(warning) => format!("{}. {warning}", words::strength(judged.score)),
                        None => format!("{}.", words::strength(judged.score)),
                    },
                })}
            </p>
        </div>
    }
}

#[component]
fn Rule(
    rule: PasswordRule,
    assessment: RwSignal<Option<Assessment>>,
    policy: RwSignal<PasswordPolicy>,
) -> impl IntoView {
    let met = move || {
        assessment.with(|judged| {
            let judged = judged.as_ref()?;
            judged.rules.iter().find(|result| result.rule == rule).map(|result| result.met)
        })
    };
    let label = move || match rule {
        PasswordRule::LongEnough => format!("At least {} characters", policy.get().min_bytes),
        PasswordRule::ShortEnough => format!("At most {} bytes", policy.get().max_bytes),
        PasswordRule::NotPersonal => "Not your name or e-mail address".to_owned(),
        PasswordRule::HardToGuess => "Hard to guess".to_owned(),
    };
    view! {
        <li data-met=move || met().map(|met| met.to_string())>
            {move || match met() {
                Some(true) => view! { <Icon glyph=Glyph::Check/> }.into_any(),
                Some(false) => view! { <Icon glyph=Glyph::Close/> }.into_any(),
                None => view! { <span class="icon dot" aria-hidden="true"></span> }.into_any(),
            }}
            {label}
            <span class="visually-hidden">
                {move || match met() {
                    Some(true) => ": met",
                    Some(false) => ": not yet met",
                    None => "",
                }}
            </span>
        </li>
    }
}
