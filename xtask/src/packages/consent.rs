//! Who installs, and whether somebody is asked first. Nothing here does anything: it can be tested whole.

/// What matters about whoever started xtask, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Circumstances {
    /// Whoever started it administers this computer already.
    pub(super) is_root: bool,
    /// There is a `sudo`. Whether it lets this person is seen when it is asked.
    pub(super) has_sudo: bool,
    /// Somebody sits at a terminal.
    pub(super) can_answer: bool,
    /// The question was answered on the command line.
    pub(super) yes: bool,
}

/// With what rights apt runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rights {
    /// One's own.
    Root,
    /// Those that sudo lends; it may ask for a password.
    Sudo,
    /// Those that sudo lends without a password, as there is nobody to type one.
    SilentSudo,
}

/// What is done about missing packages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decision {
    /// They are installed.
    GoAhead(Rights),
    /// They are installed if the answer is yes.
    AskFirst(Rights),
    /// This person cannot; the command is shown.
    LeaveToAdministrator,
}

/// `--yes` and nobody to ask both go ahead; without the rights there is nothing to ask.
pub(super) const fn decide(circumstances: Circumstances) -> Decision {
    let Circumstances { is_root, has_sudo, can_answer, yes } = circumstances;
    let rights = match (is_root, has_sudo, can_answer) {
        (true, _, _) => Rights::Root,
        (false, true, true) => Rights::Sudo,
        (false, true, false) => Rights::SilentSudo,
        (false, false, _) => return Decision::LeaveToAdministrator,
    };
    if can_answer && !yes { Decision::AskFirst(rights) } else { Decision::GoAhead(rights) }
}

/// Whether an answer to the question means yes. The end of the input means no.
pub(super) fn is_yes(answer: &str) -> bool {
    matches!(answer.trim().to_lowercase().as_str(), "y" | "yes")
}

impl Rights {
    /// A command line as these rights need it.
    pub(super) fn lend<'a>(self, line: &[&'a str]) -> Vec<&'a str> {
        let before: &[&str] = match self {
            Self::Root => &[],
            Self::Sudo => &["sudo"],
            Self::SilentSudo => &["sudo", "--non-interactive"],
        };
        [before, line].concat()
    }
}

/// The one command that whoever administers this computer types. `with_sudo` for those who have it.
pub(super) fn write_command(packages: &str, with_sudo: bool) -> String {
    let sudo = if with_sudo { "sudo " } else { "" };
    format!("{sudo}apt-get update && {sudo}apt-get install --no-install-recommends {packages}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOBODY: Circumstances =
        Circumstances { is_root: false, has_sudo: false, can_answer: false, yes: false };

    #[test]
    fn root_without_a_terminal_goes_ahead() {
        assert_eq!(decide(Circumstances { is_root: true, ..NOBODY }), Decision::GoAhead(Rights::Root));
    }

    #[test]
    fn on_a_terminal_it_asks_unless_that_was_answered_before() {
        let root = Circumstances { is_root: true, can_answer: true, ..NOBODY };
        assert_eq!(decide(root), Decision::AskFirst(Rights::Root));
        assert_eq!(decide(Circumstances { yes: true, ..root }), Decision::GoAhead(Rights::Root));
        let sudoer = Circumstances { has_sudo: true, can_answer: true, ..NOBODY };
        assert_eq!(decide(sudoer), Decision::AskFirst(Rights::Sudo));
        assert_eq!(decide(Circumstances { yes: true, ..sudoer }), Decision::GoAhead(Rights::Sudo));
    }

    #[test]
    fn without_a_terminal_sudo_is_never_left_waiting_for_a_password() {
        for yes in [false, true] {
            let sudoer = Circumstances { has_sudo: true, yes, ..NOBODY };
            assert_eq!(decide(sudoer), Decision::GoAhead(Rights::SilentSudo));
        }
    }

    #[test]
    fn without_root_and_sudo_nobody_is_asked_what_they_cannot_do() {
        for (can_answer, yes) in [(false, false), (false, true), (true, false), (true, true)] {
            let decision = decide(Circumstances { can_answer, yes, ..NOBODY });
            assert_eq!(decision, Decision::LeaveToAdministrator);
        }
    }

    #[test]
    fn only_yes_is_a_yes() {
        assert!(["y\n", "Y\n", " yes \n", "YES"].iter().all(|answer| is_yes(answer)));
        assert!(
            ["", "\n", "n\n", "no\n", "ye\n", "yes please\n", "j\n"].iter().all(|answer| !is_yes(answer))
        );
    }

    #[test]
    fn root_needs_no_sudo_and_others_do() {
        assert_eq!(Rights::Root.lend(&["apt-get", "update"]), ["apt-get", "update"]);
        assert_eq!(Rights::Sudo.lend(&["true"]), ["sudo", "true"]);
        assert_eq!(Rights::SilentSudo.lend(&["true"]), ["sudo", "--non-interactive", "true"]);
        let command = write_command("xvfb npm", false);
        assert_eq!(command, "apt-get update && apt-get install --no-install-recommends xvfb npm");
        assert_eq!(write_command("npm", true).matches("sudo ").count(), 2);
    }
}
