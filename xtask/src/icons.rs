//! `cargo xtask icons`: every size of the application's icon from its one drawing, `icons/icon.svg`.
//!
//! The renderer is behind the feature `icons`, which no other command waits for; without it the command
//! calls itself again with it.

#[cfg(feature = "icons")]
mod render;

use anyhow::Result;

use crate::progress::Progress;
use crate::workspace::Workspace;

/// Renders the icons, or asks cargo for an xtask that can.
#[cfg(feature = "icons")]
pub(crate) fn run(workspace: &Workspace, progress: &mut Progress) -> Result<()> {
    progress.step("render the icons", "mend icons/icon.svg", || {
        render::render_icons(&workspace.root.join("icons"))
    })
}

/// Renders the icons, or asks cargo for an xtask that can.
#[cfg(not(feature = "icons"))]
pub(crate) fn run(workspace: &Workspace, progress: &mut Progress) -> Result<()> {
    progress.step("render the icons", "see the messages above", || {
        let mut command = workspace.cargo();
        command.args(["run", "--quiet", "--package", "xtask", "--features", "icons", "--", "icons"]);
        crate::processes::run(command)
    })
}
