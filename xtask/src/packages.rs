//! What must be on this computer besides Rust: which of it is missing, why it is needed, and how it comes.

mod apt;
mod consent;
#[cfg(not(target_os = "linux"))]
mod elsewhere;

use std::borrow::Cow;

use anyhow::Result;

use crate::progress::Progress;

/// A package of the system and what for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Package {
    name: Cow<'static, str>,
    why: &'static str,
}

const fn package(name: &'static str, why: &'static str) -> Package {
    Package { name: Cow::Borrowed(name), why }
}

/// Why somebody needs packages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Compiling the application.
    Build,
    /// Compiling the interface on Debian, where rustup has no standard library for wasm.
    DebianWasm,
    /// The same on Ubuntu, with its Rust 1.N of this N.
    UbuntuWasm(u32),
    /// Opening the window where there is no display, with a keychain, and driving it.
    Window,
    /// Looking for what keeps people with assistive technology out of the window.
    Accessibility,
    /// Trying everything that the gateway's API describes.
    Api,
    /// Testing the gateway on the servers that large clinics run it with.
    Engines,
}

const BUILD: &[Package] = &[
    package("build-essential", "compiles the parts written in C"),
    package("pkg-config", "finds the libraries below"),
    package("libwebkit2gtk-4.1-dev", "the web view that shows the interface"),
    package("libxdo-dev", "menus of the window"),
    package("libssl-dev", "encrypted connections of the web view"),
    package("libayatana-appindicator3-dev", "the icon in the panel"),
    package("librsvg2-dev", "icons of the desktop"),
];

const COMPILES_INTERFACE: &str =
    "compiles the interface, as rustup's standard library for wasm is out of reach";
const DEBIAN_WASM: &[Package] = &[
    package("rustc-web", COMPILES_INTERFACE),
    package("cargo-web", "builds with that compiler"),
    package("rust-web-src", "the source of the standard library, compiled for wasm"),
    package("lld-22", "links wasm"),
];

const WINDOW: &[Package] = &[
    package("xvfb", "a display in memory"),
    package("webkit2gtk-driver", "operates the window as a person would"),
    package("dbus-daemon", "a session of the desktop apart from one's own"),
    package("dbus-bin", "asks that session whether it is ready"),
    package("gnome-keyring", "a keychain apart from one's own"),
    package("fonts-noto-core", "letters of names in Arabic, Hindi and more"),
    package("fonts-noto-cjk", "letters of names in Chinese, Japanese and Korean"),
];

const NPM: &str = "npm";
const ACCESSIBILITY: &[Package] = &[package(NPM, "fetches axe-core, which looks for barriers in the window")];

const PYTHON: &str = "python3-venv";
const API: &[Package] =
    &[package(PYTHON, "a place of its own for schemathesis, which tries the gateway's API")];

const POSTGRESQL: &str = "postgresql";
const REDIS: &str = "redis-server";
const ENGINES: &[Package] = &[
    package(POSTGRESQL, "a database server for tests of the gateway; its system service stays off"),
    package(REDIS, "the other server for these tests; its system service stays off"),
];

impl Purpose {
    /// All that the whole test run needs where rustup has a standard library for wasm.
    pub(crate) const EVERYTHING: [Self; 5] =
        [Self::Build, Self::Window, Self::Accessibility, Self::Api, Self::Engines];

    fn packages(self) -> Cow<'static, [Package]> {
        match self {
            Self::Build => BUILD.into(),
            Self::DebianWasm => DEBIAN_WASM.into(),
            Self::UbuntuWasm(minor) => ubuntu_wasm(minor).into(),
            Self::Window => WINDOW.into(),
            Self::Accessibility => ACCESSIBILITY.into(),
            Self::Api => API.into(),
            Self::Engines => ENGINES.into(),
        }
    }
}

/// Ubuntu has several Rusts beside each other, with their versions in their names.
fn ubuntu_wasm(minor: u32) -> Vec<Package> {
    let named = |name: String, why| Package { name: name.into(), why };
    vec![
        named(format!("rustc-1.{minor}"), COMPILES_INTERFACE),
        named(format!("cargo-1.{minor}"), "builds with that compiler"),
        named(format!("{STANDARD_LIBRARY}{minor}{FOR_WASM}"), "that standard library"),
    ]
}

const STANDARD_LIBRARY: &str = "libstd-rust-1.";
const FOR_WASM: &str = "-dev-wasm32";

/// The minor versions of Rust for which Ubuntu has a standard library for wasm.
pub(crate) fn find_ubuntu_wasm() -> Vec<u32> {
    if cfg!(target_os = "linux") { pick_ubuntu_wasm(&apt::find_names(STANDARD_LIBRARY)) } else { Vec::new() }
}

/// `names` has one on each line.
fn pick_ubuntu_wasm(names: &str) -> Vec<u32> {
    let minor = |name: &str| name.strip_prefix(STANDARD_LIBRARY)?.strip_suffix(FOR_WASM)?.parse().ok();
    names.lines().filter_map(minor).collect()
}

/// Sees to it that what the purposes need is there; asks first unless `yes`, or if nobody could answer.
#[cfg(target_os = "linux")]
pub(crate) fn ensure(progress: &mut Progress, purposes: &[Purpose], yes: bool) -> Result<()> {
    let wanted: Vec<Package> = purposes.iter().flat_map(|purpose| purpose.packages().into_owned()).collect();
    if !crate::processes::is_on_path("dpkg-query") {
        progress.say("This is no Debian or Ubuntu: install by hand what is named like");
        progress.say(&format!("  {}", names(&wanted)));
        return Ok(());
    }
    let mut missing = apt::find_missing(&wanted)?;
    // Many have these from elsewhere than the system's packages.
    missing.retain(|package| !is_there_all_the_same(&package.name));
    if missing.is_empty() {
        return Ok(());
    }
    eprintln!("These packages of the system are missing:");
    for package in &missing {
        eprintln!("  {:30} {}", package.name, package.why);
    }
    let rights = apt::install(progress, &missing, yes)?;
    // The tests start servers of their own: what was installed for them alone must not run beside them.
    for package in missing.iter().filter(|package| [POSTGRESQL, REDIS].contains(&&*package.name)) {
        apt::switch_off_service(rights, &package.name);
    }
    Ok(())
}

/// Whether what the tests need of this package is on this computer without it.
#[cfg(target_os = "linux")]
fn is_there_all_the_same(package: &str) -> bool {
    match package {
        PYTHON => crate::processes::ask("python3", &["-c", "import ensurepip, venv"]).is_some(),
        NPM | REDIS => crate::processes::is_on_path(package),
        POSTGRESQL => {
            let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
            crate::processes::is_on_path("initdb")
                || versions.map(|version| version.path().join("bin/initdb")).any(|path| path.is_file())
        }
        _ => false,
    }
}

/// Names what is missing; installing it is for the person to do.
#[cfg(not(target_os = "linux"))]
pub(crate) fn ensure(_progress: &mut Progress, _purposes: &[Purpose], _yes: bool) -> Result<()> {
    elsewhere::check()
}

/// Whether the system could install the packages of this purpose.
pub(crate) fn is_available(purpose: Purpose) -> bool {
    cfg!(target_os = "linux") && apt::is_available(&purpose.packages())
}

/// The names of what this purpose needs.
pub(crate) fn names_for(purpose: Purpose) -> String {
    names(&purpose.packages())
}

fn names(packages: &[Package]) -> String {
    packages.iter().map(|package| &*package.name).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rusts_of_ubuntu_that_compile_for_wasm_are_told_by_their_names() {
        let names = "libstd-rust-1.97-dev\nlibstd-rust-1.97-dev-wasm32\nlibstd-rust-1.101-dev-wasm32\n\
                     libstd-rust-1.97\nlibstd-rust-1.97-dev-windows\nlibstd-rust-dev-wasm32\n";
        assert_eq!(pick_ubuntu_wasm(names), [97, 101]);
        assert_eq!(pick_ubuntu_wasm(""), [0; 0]);
        assert_eq!(names_for(Purpose::UbuntuWasm(97)), "rustc-1.97 cargo-1.97 libstd-rust-1.97-dev-wasm32");
    }
}
