//! The window: opening it, finding things in it, and doing what a person does.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use base64::Engine;
use serde_json::{Value, json};

use crate::element::{Element, Role};
use crate::process::DriverProcess;
use crate::wire::Wire;

/// How long something may take to appear.
const LONGEST_WAIT: Duration = Duration::from_secs(15);
/// How often it is looked for.
const BETWEEN_LOOKS: Duration = Duration::from_millis(40);
/// Finds by role and name in the page.
const FIND: &str = include_str!("find.js");

/// What to open, and in which environment.
#[derive(Clone, Debug)]
pub struct Launch {
    /// The application's executable.
    pub binary: PathBuf,
    /// Variables for it, such as folders of its own.
    pub environment: Vec<(String, String)>,
}

/// An open window. It closes when this is dropped.
pub struct Window {
    wire: Wire,
    // After the wire: the session ends before its server does.
    _process: DriverProcess,
}

impl Window {
    /// Starts the application and waits for its window.
    ///
    /// # Errors
    /// There is no WebDriver, no display, or the application does not open.
    pub fn open(launch: &Launch) -> anyhow::Result<Self> {
        let process = DriverProcess::start(&launch.environment)?;
        let wire = Wire::open(
            &process.address,
            &json!({ "webkitgtk:browserOptions": { "binary": launch.binary } }),
        )?;
        Ok(Self { wire, _process: process })
    }

    /// The one thing with this role and exactly this name, waiting until it is there.
    ///
    /// # Errors
    /// It did not appear, or there are several; the message says what is on the screen instead.
    pub fn find(&self, role: Role, name: &str) -> anyhow::Result<Element> {
        self.wait_for(role, Some(name), true)
    }

    /// The first thing with this role whose name contains `part`, waiting until it is there.
    ///
    /// # Errors
    /// It did not appear.
    pub fn find_containing(&self, role: Role, part: &str) -> anyhow::Result<Element> {
        self.wait_for(role, Some(part), false)
    }

    /// Whether something with this role and a name that contains `part` is there now.
    ///
    /// # Errors
    /// The window does not answer.
    pub fn shows(&self, role: Role, part: &str) -> anyhow::Result<bool> {
        Ok(!self.look(role, Some(part), false)?.is_empty())
    }

    /// Waits until nothing with this role and a name that contains `part` is there.
    ///
    /// # Errors
    /// It is still there.
    pub fn wait_until_gone(&self, role: Role, part: &str) -> anyhow::Result<()> {
        self.wait(&format!("{} “{part}” to go", role.as_str()), || {
            Ok(self.look(role, Some(part), false)?.is_empty().then_some(()))
        })
    }

    /// Waits until `part` is written anywhere on the screen.
    ///
    /// # Errors
    /// It is not.
    pub fn wait_for_text(&self, part: &str) -> anyhow::Result<()> {
        self.wait(&format!("the text “{part}”"), || Ok(self.text().contains(part).then_some(())))
    }

    /// Presses or follows the one thing with this role and name.
    ///
    /// # Errors
    /// It did not appear or cannot be pressed.
    pub fn click(&self, role: Role, name: &str) -> anyhow::Result<()> {
        self.when_ready(role, name, |element| self.click_element(element))
    }

    /// Presses something found before.
    ///
    /// # Errors
    /// It is gone or covered.
    pub fn click_element(&self, element: &Element) -> anyhow::Result<()> {
        self.wire.post(&format!("/element/{}/click", element.0), &json!({})).map(|_| ())
    }

    /// Replaces what stands in the field with this label.
    ///
    /// # Errors
    /// There is no such field.
    pub fn fill(&self, role: Role, label: &str, text: &str) -> anyhow::Result<()> {
        self.when_ready(role, label, |element| {
            self.click_element(element)?;
            // Control and A, control released, delete; then the text.
            self.type_into(element, "\u{E009}a\u{E000}\u{E017}")?;
            if text.is_empty() { Ok(()) } else { self.type_into(element, text) }
        })?;
        let stands = self.value_of(role, label)?;
        // What was typed is not repeated: it may be a password.
        ensure!(stands == text, "only {} of {} bytes stand in “{label}”", stands.len(), text.len());
        Ok(())
    }

    /// Types into something found before, at its caret.
    ///
    /// # Errors
    /// It is gone or takes no text.
    pub fn type_into(&self, element: &Element, text: &str) -> anyhow::Result<()> {
        self.wire.post(&format!("/element/{}/value", element.0), &json!({ "text": text })).map(|_| ())
    }

    /// Presses keys wherever the focus is. Special keys are WebDriver's code points.
    ///
    /// # Errors
    /// The window does not answer.
    pub fn press(&self, keys: &str) -> anyhow::Result<()> {
        let focused = self.run("return document.activeElement || document.body", &[])?;
        let element = Element::from_wire(&focused).context("nothing has the focus")?;
        self.type_into(&element, keys)
    }

    /// Chooses an option by its text in the list with this label.
    ///
    /// # Errors
    /// There is no such list or option.
    pub fn choose(&self, label: &str, option: &str) -> anyhow::Result<()> {
        self.when_ready(Role::Combobox, label, |element| {
            let chosen = self.run(
                "const [list, text] = arguments; \
                 const option = Array.from(list.options).find((each) => each.text.trim() === text); \
                 if (!option) return false; \
                 list.value = option.value; \
                 list.dispatchEvent(new Event('input', { bubbles: true })); \
                 list.dispatchEvent(new Event('change', { bubbles: true })); \
                 return true;",
                &[element.to_script(), json!(option)],
            )?;
            if chosen == json!(true) {
                Ok(())
            } else {
                bail!("the list “{label}” has no option “{option}”")
            }
        })
    }

    /// What stands in a field.
    ///
    /// # Errors
    /// There is no such field.
    pub fn value_of(&self, role: Role, label: &str) -> anyhow::Result<String> {
        let element = self.find(role, label)?;
        let value = self.run("return arguments[0].value", &[element.to_script()])?;
        Ok(value.as_str().unwrap_or_default().to_owned())
    }

    /// Whether a field is marked as refused, and the message that stands at it.
    ///
    /// # Errors
    /// There is no such field, or no message at it.
    pub fn message_at(&self, role: Role, label: &str) -> anyhow::Result<String> {
        self.wait(&format!("a message at “{label}”"), || {
            let element = self.find(role, label)?;
            let message = self.run(
                "const field = arguments[0]; \
                 if (field.getAttribute('aria-invalid') !== 'true') return null; \
                 const ids = (field.getAttribute('aria-errormessage') || field.getAttribute('aria-describedby') || '').split(/\\s+/); \
                 return ids.map((id) => document.getElementById(id)).filter(Boolean).map((each) => each.innerText.trim()).join(' ')",
                &[element.to_script()],
            )?;
            Ok(message.as_str().filter(|text| !text.is_empty()).map(str::to_owned))
        })
    }

    /// The name under which something found before is known.
    ///
    /// # Errors
    /// It is gone.
    pub fn text_of(&self, element: &Element) -> anyhow::Result<String> {
        let text =
            self.run("return arguments[0].innerText.replace(/\\s+/g, ' ').trim()", &[element.to_script()])?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// Runs a script in the page.
    ///
    /// # Errors
    /// It throws, or the window does not answer.
    pub fn run(&self, script: &str, arguments: &[Value]) -> anyhow::Result<Value> {
        self.wire.post("/execute/sync", &json!({ "script": script, "args": arguments }))
    }

    /// Runs a script that calls its last argument with its result when it is done.
    ///
    /// # Errors
    /// It throws, takes too long, or the window does not answer.
    pub fn run_and_wait(&self, script: &str) -> anyhow::Result<Value> {
        self.wire.post("/execute/async", &json!({ "script": script, "args": [] }))
    }

    /// Waits until what is on its way has come (no skeleton is left) and what was drawn is on the screen.
    ///
    /// # Errors
    /// Something is still on its way after a long time.
    pub fn wait_until_still(&self) -> anyhow::Result<()> {
        self.wait("the screen to come to rest", || {
            let is_still = self.run_and_wait(
                "const done = arguments[arguments.length - 1]; \
                 const isStill = () => !document.querySelector('.bone, [aria-busy=true]') \
                   && document.getAnimations().every((each) => each.playState !== 'running'); \
                 requestAnimationFrame(() => setTimeout(() => requestAnimationFrame(() => done(isStill())), 60))",
            )?;
            Ok((is_still == json!(true)).then_some(()))
        })
    }

    /// Writes a picture of the window.
    ///
    /// # Errors
    /// No picture can be taken, or the file cannot be written.
    pub fn take_picture(&self, path: &Path) -> anyhow::Result<()> {
        let picture = self.wire.get("/screenshot")?;
        let bytes = base64::engine::general_purpose::STANDARD.decode(picture.as_str().unwrap_or_default())?;
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(path, bytes).with_context(|| format!("{} cannot be written", path.display()))
    }

    /// Closes the window the way its close button does, and waits for the application to end.
    ///
    /// # Errors
    /// The window does not answer.
    pub fn close(self) -> anyhow::Result<()> {
        self.wire.delete("/window")
    }

    /// Gives the window this size, in pixels.
    ///
    /// # Errors
    /// The window does not answer.
    pub fn resize(&self, width: u32, height: u32) -> anyhow::Result<()> {
        self.wire.post("/window/rect", &json!({ "width": width, "height": height })).map(|_| ())
    }

    /// The size of the page in the window, in pixels.
    ///
    /// # Errors
    /// The window does not answer.
    pub fn size(&self) -> anyhow::Result<(u64, u64)> {
        let size = self.run("return [innerWidth, innerHeight]", &[])?;
        Ok((size[0].as_u64().unwrap_or_default(), size[1].as_u64().unwrap_or_default()))
    }

    /// What is on the screen, a line each, for messages.
    pub fn outline(&self) -> String {
        self.run(FIND, &[Value::Null])
            .ok()
            .and_then(|outline| outline.as_str().map(str::to_owned))
            .unwrap_or_else(|| "(the window does not answer)".to_owned())
    }

    /// All the text on the screen, in one line; nothing if the window does not answer.
    fn text(&self) -> String {
        let text = self.run("return document.body.innerText.replace(/\\s+/g, ' ')", &[]).unwrap_or_default();
        text.as_str().unwrap_or_default().to_owned()
    }

    /// Finds something and acts on it; where the screen changed in between, does so again.
    fn when_ready(
        &self,
        role: Role,
        name: &str,
        act: impl Fn(&Element) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let start = Instant::now();
        loop {
            let element = self.find(role, name)?;
            match act(&element) {
                Ok(()) => return Ok(()),
                Err(error) if start.elapsed() > LONGEST_WAIT => {
                    return Err(error.context(format!("acting on {} “{name}”", role.as_str())));
                }
                Err(_) => std::thread::sleep(BETWEEN_LOOKS),
            }
        }
    }

    fn wait_for(&self, role: Role, name: Option<&str>, exact: bool) -> anyhow::Result<Element> {
        let wanted = format!("{} “{}”", role.as_str(), name.unwrap_or_default());
        self.wait(&wanted, || {
            let found = self.look(role, name, exact)?;
            if exact && found.len() > 1 {
                bail!("{} things are {wanted}", found.len());
            }
            Ok(found.into_iter().next())
        })
    }

    fn wait<T>(&self, wanted: &str, look: impl Fn() -> anyhow::Result<Option<T>>) -> anyhow::Result<T> {
        let start = Instant::now();
        loop {
            let found = look();
            if let Ok(Some(found)) = found {
                return Ok(found);
            }
            if start.elapsed() > LONGEST_WAIT {
                let why = found.err().map(|error| format!(" ({error:#})")).unwrap_or_default();
                bail!(
                    "waited in vain for {wanted}{why}; on the screen:\n{}\n{}",
                    self.outline(),
                    self.text()
                );
            }
            std::thread::sleep(BETWEEN_LOOKS);
        }
    }

    fn look(&self, role: Role, name: Option<&str>, exact: bool) -> anyhow::Result<Vec<Element>> {
        let found = self.run(FIND, &[json!(role.as_str()), json!(name), json!(exact)])?;
        Ok(found
            .as_array()
            .map(|all| all.iter().filter_map(Element::from_wire).collect())
            .unwrap_or_default())
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        // Already closed where `close` was called; a second end of a session is an error without meaning.
        let _ = self.wire.delete("");
    }
}
