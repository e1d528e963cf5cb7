//! The program that signed in, from what it calls itself on the wire.

/// “VoiceAssist Admin 0.1.0 on Linux” for this application's own name; anything else stays as it is.
pub(crate) fn device(user_agent: &str) -> String {
    own_name(user_agent).unwrap_or_else(|| user_agent.to_owned())
}

fn own_name(user_agent: &str) -> Option<String> {
    let rest = user_agent.strip_prefix("VoiceAssist-Admin/")?;
    let (version, system) = rest.strip_suffix(')')?.split_once(" (")?;
    let system = match system {
        "linux" => "Linux",
        "windows" => "Windows",
        "macos" => "macOS",
        other => other,
    };
    Some(format!("VoiceAssist Admin {version} on {system}"))
}

#[cfg(test)]
mod tests {
    use super::device;

    #[test]
    fn the_own_name_is_made_readable_and_any_other_is_kept() {
        assert_eq!(device("VoiceAssist-Admin/0.1.0 (linux)"), "VoiceAssist Admin 0.1.0 on Linux");
        assert_eq!(device("VoiceAssist-Admin/0.1.0"), "VoiceAssist-Admin/0.1.0");
        assert_eq!(device("curl/8.5.0"), "curl/8.5.0");
        assert_eq!(device(""), "");
    }
}
