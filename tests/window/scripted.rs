//! Clinics whose servers are played: they answer like the gateways that have been deployed.

use voiceassist_scripted_gateways::{Kind, Role as TheirRole, ScriptedGatewayThread};
use voiceassist_window_driver::{Role, Window};

use crate::clinic::{ADMINISTRATOR, ADMINISTRATOR_NAME, ADMINISTRATOR_PASSWORD};

/// A server of that kind with the administrator whom every clinic begins with, and these people.
pub(crate) fn clinic_of(kind: Kind, people: &[(&str, &str)]) -> ScriptedGatewayThread {
    let server = ScriptedGatewayThread::start(kind);
    server.add(ADMINISTRATOR_NAME, ADMINISTRATOR, ADMINISTRATOR_PASSWORD, TheirRole::Admin);
    for (full_name, email) in people {
        server.add(full_name, email, "never used by anybody", TheirRole::User);
    }
    server
}

/// Opens somebody's page from the table.
pub(crate) fn open_page_of(window: &Window, full_name: &str) -> anyhow::Result<()> {
    let row = window.find_containing(Role::Row, full_name)?;
    window.click_element(&row)?;
    window.find(Role::Heading, full_name)?;
    Ok(())
}
