//! What the system knows of this process: memory and file descriptors. Only Linux tells without asking it
//! in a language of its own; elsewhere these metrics are left out.

use std::path::Path;

/// Bytes in the unit of `/proc/self/status`.
const KIBIBYTE: f64 = 1024.0;

/// Resident memory in bytes.
pub(super) fn read_resident_memory() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    parse_resident_memory(&status)
}

/// File descriptors that are open.
pub(super) fn count_open_files() -> Option<f64> {
    let entries = std::fs::read_dir(Path::new("/proc/self/fd")).ok()?;
    // Looking takes one by itself.
    u32::try_from(entries.count().saturating_sub(1)).ok().map(f64::from)
}

/// File descriptors that may be open.
pub(super) fn read_most_files() -> Option<f64> {
    let limits = std::fs::read_to_string("/proc/self/limits").ok()?;
    parse_most_files(&limits)
}

fn parse_resident_memory(status: &str) -> Option<f64> {
    let value = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: f64 = value.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * KIBIBYTE)
}

fn parse_most_files(limits: &str) -> Option<f64> {
    let values = limits.lines().find_map(|line| line.strip_prefix("Max open files"))?;
    // "unlimited" is no number, and then there is nothing to run out of.
    values.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_and_limits_are_read_as_linux_writes_them() {
        let status = "Name:\tvoiceassist-gat\nVmHWM:\t   40404 kB\nVmRSS:\t   10240 kB\n";
        assert_eq!(parse_resident_memory(status), Some(10_485_760.0));
        let limits = "Limit                     Soft Limit           Hard Limit           Units\n\
                      Max open files            1024                 524288               files\n";
        assert_eq!(parse_most_files(limits), Some(1024.0));
        assert_eq!(parse_most_files("Max open files            unlimited  unlimited  files"), None);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn this_process_has_memory_and_files() {
        assert!(read_resident_memory().expect("known") > 1_000_000.0);
        let open = count_open_files().expect("known");
        assert!(open > 0.0 && open < read_most_files().expect("known"));
    }
}
