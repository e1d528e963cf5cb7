//! Commands that the pages show: each is one that there is, with arguments that it takes.

use std::path::Path;

use clap::Parser;
use voiceassist_gateway::cli::Arguments;

use crate::support::{pages, path, read};

/// What stands in code of a page: lines that are indented or fenced, and what is between back-ticks, with words
/// that go on in the next line joined.
fn codes(page: &str) -> Vec<String> {
    let mut codes = Vec::new();
    let (mut text, mut is_fenced) = (String::new(), false);
    for line in page.lines() {
        if line.trim_start().starts_with("```") {
            is_fenced = !is_fenced;
        } else if is_fenced || line.starts_with("    ") {
            codes.push(line.trim().to_owned());
        } else {
            text.push_str(line);
            text.push('\n');
        }
    }
    codes.extend(text.split('`').skip(1).step_by(2).map(|code| code.replace('\n', " ")));
    codes
}

/// The words of a command as a shell makes them; what is optional or left out is taken as it stands.
fn words(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    for character in command.replace(['[', ']'], "").chars() {
        match (character, quote) {
            ('"' | '\'', None) => quote = Some(character),
            (end, Some(begin)) if end == begin => quote = None,
            (' ', None) => words.push(String::new()),
            (other, _) => words.last_mut().expect("a word").push(other),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// The arguments of the gateway's commands in this code.
fn gateway_commands(code: &str) -> Option<Vec<String>> {
    // The prompt before it, a comment behind it, and where its output goes.
    let code = code.strip_prefix("$ ").unwrap_or(code);
    let code = code.split(" #").next().unwrap_or_default().split(" > ").next().unwrap_or_default();
    let words = words(code);
    let ways = [
        vec!["voiceassist-gateway"],
        vec!["gateway-command"],
        vec!["docker", "compose", "--file", "deploy/compose.yaml", "run", "--rm", "gateway"],
    ];
    let start = words.iter().position(|word| !word.contains('=') || word.starts_with('-'))?;
    let words: Vec<&str> = words[start..].iter().map(String::as_str).collect();
    let way = ways.iter().find(|way| words.starts_with(way))?;
    let rest: Vec<String> = words[way.len()..].iter().map(|word| (*word).to_owned()).collect();
    (!rest.is_empty() && rest != ["--help"]).then_some(rest)
}

#[test]
fn every_command_of_the_gateway_that_a_page_shows_is_understood() {
    let mut count = 0;
    let pages = pages().into_iter().chain(["README.md".to_owned()]);
    for page in pages {
        for code in codes(&read(&page)) {
            let Some(mut arguments) = gateway_commands(&code) else { continue };
            // Something left out stands for something.
            for argument in &mut arguments {
                if argument.ends_with('…') || argument == "ANCHOR" {
                    *argument = format!("1:{}", "0".repeat(64));
                }
            }
            let parsed =
                Arguments::try_parse_from(["voiceassist-gateway".to_owned()].into_iter().chain(arguments));
            assert!(parsed.is_ok(), "{page}: {code}: {}", parsed.expect_err("refused"));
            count += 1;
        }
    }
    assert!(count >= 12, "only {count} commands were found");
}

#[test]
fn every_service_and_file_that_a_command_names_is_there() {
    let compose = crate::support::read_yaml("deploy/compose.yaml");
    let services = compose["services"].as_object().expect("services");
    for page in pages() {
        for code in codes(&read(&page)) {
            let words = words(&code);
            for word in words.iter().filter(|word| word.starts_with("deploy/")) {
                // Made by whoever follows the guide.
                let is_made = ["deploy/.env", "deploy/secrets"].iter().any(|made| word.starts_with(made));
                assert!(is_made || path(word).exists(), "{page}: {word}");
            }
            if let Some(at) = words.iter().position(|word| word == "exec" || word == "run") {
                let rest = words[at + 1..].iter().map(String::as_str);
                let named = rest.filter(|word| services.contains_key(*word)).count();
                assert!(named > 0 || !code.starts_with("docker compose"), "{page}: {code}");
            }
        }
    }
}

#[test]
fn the_words_of_a_command_are_those_of_a_shell() {
    assert_eq!(words(r#"a --b "Ana Ruiz" [--c 'd e']"#), ["a", "--b", "Ana Ruiz", "--c", "d e"]);
    let found = gateway_commands("DATABASE_URL=sqlite:///a voiceassist-gateway audit verify # a remark");
    assert_eq!(found.expect("a command"), ["audit", "verify"]);
    assert_eq!(gateway_commands("voiceassist-gateway"), None);
    assert!(Path::new(&path("deploy")).is_dir());
}
