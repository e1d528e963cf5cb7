//! The pages: every setting is in the guide and every setting in the papers exists, and every link leads somewhere.

use std::collections::BTreeSet;

use voiceassist_gateway::config::table::{SETTINGS, is_setting};

use crate::support::{pages, path, read};

const GUIDE: &str = "deploy/README.md";

/// The first cells of the table under this heading, without their marks.
fn first_cells(page: &str, heading: &str) -> Vec<(String, bool)> {
    let after = page.split_once(&format!("\n{heading}\n")).expect("the heading is there").1;
    let section = after.split("\n## ").next().unwrap_or_default();
    let rows = section.lines().filter_map(|line| line.strip_prefix("| `"));
    rows.map(|row| {
        let (name, rest) = row.split_once('`').expect("a name");
        (name.to_owned(), rest.starts_with('*'))
    })
    .collect()
}

#[test]
fn the_guide_lists_exactly_the_settings_that_there_are() {
    let listed = first_cells(&read(GUIDE), "## All settings");
    let there: Vec<(String, bool)> =
        SETTINGS.iter().map(|setting| (setting.name.to_owned(), setting.has_file)).collect();
    let missing: Vec<_> = there.iter().filter(|setting| !listed.contains(setting)).collect();
    assert!(missing.is_empty(), "add to the table in {GUIDE}: {missing:?}");
    let odd: Vec<_> = listed.iter().filter(|setting| !there.contains(setting)).collect();
    assert!(odd.is_empty(), "{GUIDE} lists what is no setting: {odd:?}");
    assert_eq!(listed.len(), there.len(), "one row each");
}

/// Variables of others that the pages speak of.
const NOT_OURS: [&str; 9] = [
    "GATEWAY_PUBLISH",
    "GATEWAY_VERSION",
    "NEXTCLOUD_HOST",
    "NEXTCLOUD_PROTOCOL",
    "NEXTCLOUD_PUBLISH",
    "NEXTCLOUD_TRUSTED_PROXIES",
    "VOICEASSIST_CONFIGURATION",
    "VOICEASSIST_PROGRAM",
    "UTF8",
];

#[test]
fn every_setting_that_a_page_names_in_code_exists() {
    let names: BTreeSet<String> = pages()
        .iter()
        .flat_map(|page| {
            let text = read(page);
            let codes: Vec<String> = text.split('`').skip(1).step_by(2).map(str::to_owned).collect();
            codes
        })
        .filter(|code| code.contains('_') && code.chars().all(|c| c.is_ascii_uppercase() || c == '_'))
        .filter(|name| !name.starts_with('_'))
        .collect();
    assert!(names.len() > 15, "{names:?}");
    for name in names {
        assert!(is_setting(&name) || NOT_OURS.contains(&name.as_str()), "{name} is no setting");
    }
}

/// A heading's anchor, as the forges make it.
fn anchor(heading: &str) -> String {
    let kept = heading.trim_start_matches('#').trim().to_lowercase();
    kept.chars()
        .filter(|c| c.is_alphanumeric() || " -_".contains(*c))
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}

#[test]
fn every_link_leads_somewhere() {
    let mut count = 0;
    for page in pages().into_iter().chain(["README.md".to_owned()]) {
        let folder = path(&page).parent().expect("a folder").to_owned();
        for link in read(&page).split("](").skip(1) {
            let link = link.split(')').next().unwrap_or_default();
            if link.starts_with("http") {
                continue;
            }
            count += 1;
            let (file, place) =
                link.split_once('#').map_or((link, None), |(file, place)| (file, Some(place)));
            let target = if file.is_empty() { path(&page) } else { folder.join(file) };
            assert!(target.exists(), "{page} leads to {link}");
            if let Some(place) = place {
                let text = std::fs::read_to_string(&target).expect("a page");
                let is_there =
                    text.lines().filter(|line| line.starts_with('#')).any(|line| anchor(line) == place);
                assert!(is_there, "{page} leads to {link}");
            }
        }
    }
    assert!(count > 20, "only {count} links were found");
}

#[test]
fn every_page_of_the_folder_can_be_found_from_the_guide() {
    let guide = read(GUIDE);
    for page in pages() {
        let name = page.strip_prefix("deploy/").expect("a page of the folder");
        assert!(
            name == "README.md" || guide.contains(&format!("]({name})")),
            "{GUIDE} does not lead to {name}"
        );
    }
    assert!(read("README.md").contains("](deploy/README.md"), "nobody finds the guide");
}
