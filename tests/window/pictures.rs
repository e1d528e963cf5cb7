//! Pictures of every state of every screen in both themes, for people to look at, and what can be measured in them.

mod deployed;
mod first_run;
mod managing;
mod trouble;

use std::path::PathBuf;

use anyhow::{Context, ensure};
use voiceassist_window_driver::Window;

/// As the settings set them, with what axe-core looks for in each: the second differs from the first in its colours
/// alone, so nothing else is looked for a second time.
const THEMES: [(&str, Rules); 2] = [("light", Rules::All), ("dark", Rules::Colours)];

/// What axe-core looks for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rules {
    All,
    Colours,
}

/// Looks at a screen that has come to rest.
fn look(window: &Window, screen: &str) -> anyhow::Result<()> {
    window.wait_until_still()?;
    look_at_once(window, screen)
}

/// Looks at a screen as it is at this moment: something may be on its way.
///
/// The themes are switched without leaving the screen, the way the settings do it, so that what took a while to
/// bring about is brought about once.
fn look_at_once(window: &Window, screen: &str) -> anyhow::Result<()> {
    let chosen = window.run("return document.documentElement.dataset.theme || null", &[])?;
    for (theme, rules) in THEMES {
        show_theme(window, theme)?;
        take_picture(window, screen, theme)?;
        hold_against_the_rules(window, &format!("{screen} in {theme}"), rules)?;
    }
    window.run(
        "const [theme] = arguments; const { dataset } = document.documentElement; \
         if (theme) dataset.theme = theme; else delete dataset.theme",
        &[chosen],
    )?;
    Ok(())
}

/// Looks at a screen in the theme that is chosen.
fn look_in(window: &Window, screen: &str, theme: &str) -> anyhow::Result<()> {
    take_picture(window, screen, theme)?;
    hold_against_the_rules(window, &format!("{screen} in {theme}"), Rules::All)
}

fn show_theme(window: &Window, theme: &str) -> anyhow::Result<()> {
    window.run("document.documentElement.dataset.theme = arguments[0]", &[theme.into()])?;
    // Colours fade for some frames.
    window.run_and_wait(
        "const done = arguments[arguments.length - 1]; setTimeout(() => requestAnimationFrame(() => done()), 150)",
    )?;
    Ok(())
}

fn take_picture(window: &Window, screen: &str, theme: &str) -> anyhow::Result<()> {
    let folder = PathBuf::from(variable("VOICEASSIST_SCREENS")?);
    window.take_picture(&folder.join(format!("{screen}-{theme}.png")))
}

/// No screen may overflow sideways, use an id twice, or give axe-core a reason to complain.
fn hold_against_the_rules(window: &Window, screen: &str, rules: Rules) -> anyhow::Result<()> {
    let overflow = window.run("return document.documentElement.scrollWidth - innerWidth", &[])?;
    ensure!(overflow.as_i64().is_some_and(|pixels| pixels <= 0), "{screen} is {overflow} px too wide");
    let twice = window.run(
        "const ids = Array.from(document.querySelectorAll('[id]')).map((each) => each.id); \
         return ids.filter((id, index) => ids.indexOf(id) !== index)",
        &[],
    )?;
    ensure!(twice.as_array().is_some_and(Vec::is_empty), "{screen} uses ids twice: {twice}");
    let findings = find_barriers(window, rules)?;
    ensure!(findings.is_empty(), "{screen}:\n{}", findings.join("\n"));
    Ok(())
}

/// What axe-core says of the screen, a line for each element.
fn find_barriers(window: &Window, rules: Rules) -> anyhow::Result<Vec<String>> {
    if window.run("return !window.axe", &[])? == true {
        let axe = std::fs::read_to_string(variable("VOICEASSIST_AXE")?).context("axe-core cannot be read")?;
        window.run(&axe, &[])?;
    }
    let only = if rules == Rules::Colours { "runOnly: ['color-contrast'], " } else { "" };
    let violations = window.run_and_wait(&format!(
        "const done = arguments[arguments.length - 1]; \
         window.axe.run(document, {{ {only}resultTypes: ['violations'] }}).then( \
           (result) => done(result.violations.flatMap((rule) => rule.nodes.map( \
             (node) => `${{rule.id}}: ${{node.target.join(' ')}}: ${{node.failureSummary}}`))), \
           (error) => done([String(error)]))"
    ))?;
    let lines = violations.as_array().context("axe-core gave no list")?;
    Ok(lines.iter().filter_map(|line| line.as_str().map(str::to_owned)).collect())
}

fn variable(name: &str) -> anyhow::Result<std::ffi::OsString> {
    std::env::var_os(name)
        .with_context(|| format!("{name} is not set: run these tests with `cargo xtask test`"))
}
