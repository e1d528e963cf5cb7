//! Who runs a command on the server: the operating system's user, for the audit trail.

use serde_json::{Value, json};

use crate::config::variables::Variables;

/// The user as the operating system knows it, or as the environment says where that is all there is.
pub(super) struct Operator {
    name: String,
    user_id: Option<u32>,
    called_by: Option<String>,
}

impl Operator {
    /// Whoever runs this process.
    pub(super) fn of_process(variables: &Variables) -> Self {
        let user_id = read_user_id();
        let claimed = || ["USER", "LOGNAME", "USERNAME"].iter().find_map(|name| variables.text(name));
        let name = match user_id {
            Some(id) => find_user_name(id).unwrap_or_else(|| format!("user {id}")),
            None => claimed().unwrap_or("an unknown user").to_owned(),
        };
        Self { name, user_id, called_by: variables.text("SUDO_USER").map(str::to_owned) }
    }

    /// The name, for the event's actor.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// What is known, for the event itself.
    pub(super) fn describe(&self) -> Value {
        json!({"name": self.name, "user_id": self.user_id, "sudo_user": self.called_by})
    }
}

#[cfg(target_os = "linux")]
fn read_user_id() -> Option<u32> {
    // A process's entry belongs to the user that it runs as.
    std::fs::metadata("/proc/self").ok().map(|entry| std::os::linux::fs::MetadataExt::st_uid(&entry))
}

#[cfg(not(target_os = "linux"))]
fn read_user_id() -> Option<u32> {
    None
}

fn find_user_name(id: u32) -> Option<String> {
    find_in(&std::fs::read_to_string("/etc/passwd").ok()?, id)
}

/// A user's name in the lines of a user database (passwd(5)): `name:password:id:…`.
fn find_in(users: &str, id: u32) -> Option<String> {
    users.lines().find_map(|line| {
        let mut parts = line.split(':');
        let name = parts.next()?;
        let number: u32 = parts.nth(1)?.parse().ok()?;
        (number == id && !name.is_empty()).then(|| name.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_found_by_number_among_others_and_odd_lines() {
        let users =
            "root:x:0:0::/root:/bin/sh\n\n# no user\nbroken:x\nana:x:1000:1000:Ana:/home/ana:/bin/sh\n";
        assert_eq!(find_in(users, 1000).as_deref(), Some("ana"));
        assert_eq!(find_in(users, 0).as_deref(), Some("root"));
        assert_eq!(find_in(users, 7), None);
    }

    #[test]
    fn somebody_always_runs_the_process() {
        let operator = Operator::of_process(&Variables::of(&[("SUDO_USER", "ana")]));
        assert!(!operator.name().is_empty());
        assert_eq!(operator.describe()["sudo_user"], "ana");
    }
}
