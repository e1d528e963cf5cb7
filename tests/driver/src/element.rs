//! Something on the screen, by the role and the name under which assistive technology knows it.

use serde_json::Value;

/// The key of an element reference on the wire (W3C WebDriver, section 11).
pub(crate) const REFERENCE: &str = "element-6066-11e4-a52e-4f735466cecf";

/// An accessible role (WAI-ARIA 1.2), as far as the window uses them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Something to press.
    Button,
    /// Something to follow.
    Link,
    /// A field for text, a password or an address.
    Textbox,
    /// A field that searches.
    Searchbox,
    /// Something to tick.
    Checkbox,
    /// One of several to choose.
    Radio,
    /// A choice from a list.
    Combobox,
    /// A heading of any level.
    Heading,
    /// A row of a table.
    Row,
    /// An open dialog.
    Dialog,
    /// A message that waits.
    Status,
    /// A message that interrupts.
    Alert,
}

impl Role {
    /// The role's name in the finder.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Button => "button",
            Self::Link => "link",
            Self::Textbox => "textbox",
            Self::Searchbox => "searchbox",
            Self::Checkbox => "checkbox",
            Self::Radio => "radio",
            Self::Combobox => "combobox",
            Self::Heading => "heading",
            Self::Row => "row",
            Self::Dialog => "dialog",
            Self::Status => "status",
            Self::Alert => "alert",
        }
    }
}

/// A reference to something on the screen; it goes stale when the screen changes.
#[derive(Clone, Debug)]
pub struct Element(pub(crate) String);

impl Element {
    /// Reads a reference from the wire.
    pub(crate) fn from_wire(value: &Value) -> Option<Self> {
        value[REFERENCE].as_str().map(|id| Self(id.to_owned()))
    }

    /// The reference as an argument of a script.
    pub fn to_script(&self) -> Value {
        serde_json::json!({ REFERENCE: self.0 })
    }
}
