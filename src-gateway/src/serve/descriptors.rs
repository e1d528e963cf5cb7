//! How many files and sockets the system lets this process open, and what that means for connections.

/// What the process opens besides connections: databases, Redis, neighbours, listeners, files.
const FOR_EVERYTHING_ELSE: usize = 256;

/// The fewest connections that are held, however little the system gives.
const LEAST_CONNECTIONS: usize = 32;

/// What there is room for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Room {
    /// How many connections can be held.
    pub connections: usize,
    /// A sentence for whoever runs the gateway, if it is fewer than wanted.
    pub warning: Option<String>,
}

/// Asks the system for as much as `wanted` connections need, and says what there is room for.
pub fn find_room(wanted: usize) -> Room {
    judge(wanted, raise_limit(wanted + FOR_EVERYTHING_ELSE))
}

/// The limit after it was raised as far as is allowed and wanted; none if it cannot be known.
#[cfg(unix)]
fn raise_limit(wanted: usize) -> Option<usize> {
    let raised = rlimit::increase_nofile_limit(u64::try_from(wanted).ok()?);
    let limit = raised.or_else(|_| rlimit::Resource::NOFILE.get_soft()).ok()?;
    Some(usize::try_from(limit).unwrap_or(usize::MAX))
}

/// Sockets are no files on Windows and have no such limit.
#[cfg(not(unix))]
fn raise_limit(_: usize) -> Option<usize> {
    None
}

fn judge(wanted: usize, limit: Option<usize>) -> Room {
    let Some(limit) = limit.filter(|limit| *limit < wanted + FOR_EVERYTHING_ELSE) else {
        return Room { connections: wanted, warning: None };
    };
    let connections =
        limit.saturating_sub(FOR_EVERYTHING_ELSE).clamp(LEAST_CONNECTIONS, wanted.max(LEAST_CONNECTIONS));
    let needed = wanted + FOR_EVERYTHING_ELSE;
    Room {
        connections,
        warning: Some(format!(
            "The system lets this process open {limit} files, so it holds at most {connections} connections \
             instead of {wanted}. Allow {needed} (LimitNOFILE= in a systemd unit, ulimits in a compose file)."
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_limit_means_fewer_connections_and_is_said() {
        assert_eq!(judge(4_096, None), Room { connections: 4_096, warning: None });
        assert_eq!(judge(4_096, Some(4_352)), Room { connections: 4_096, warning: None });
        let room = judge(4_096, Some(1_024));
        assert_eq!(room.connections, 768);
        let warning = room.warning.expect("a sentence");
        assert!(warning.contains("1024 files") && warning.contains("Allow 4352"), "{warning}");
        assert_eq!(judge(4_096, Some(64)).connections, LEAST_CONNECTIONS);
    }

    #[test]
    fn the_limit_of_this_process_is_known() {
        let room = find_room(8);
        assert_eq!(room, Room { connections: 8, warning: None });
    }
}
