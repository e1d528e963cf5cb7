//! A small WebDriver client that operates the window through its labels, the way a person would.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use base64::Engine;
use serde_json::{Value, json};

use crate::http::Http;
use crate::processes::{self, Running, tied_command};

/// The name under which WebDriver hides the id of an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";
const PATIENCE: Duration = Duration::from_secs(15);

/// The application's window, opened by WebKitWebDriver. Both end when this value goes away.
#[derive(Debug)]
pub(crate) struct Window {
    http: Http,
    session: String,
    _driver: Running,
}

impl Window {
    /// Opens `program`; `prepare` adds what it shall find in its environment.
    pub(crate) fn open(program: &Path, prepare: impl FnOnce(&mut Command)) -> Result<Self> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut command = tied_command("WebKitWebDriver");
        command.args(["--host=127.0.0.1", &format!("--port={port}")]).stdin(Stdio::null());
        command.env("TAURI_AUTOMATION", "true").env("TAURI_WEBVIEW_AUTOMATION", "true");
        prepare(&mut command);
        let mut driver = Running::start("WebKitWebDriver", command)?;
        let (http, base) = (Http::new(), format!("http://127.0.0.1:{port}"));
        let is_ready = processes::wait_until(PATIENCE, || {
            driver.check_alive()?;
            Ok(http.send("GET", &format!("{base}/status"), None, None).is_ok())
        })?;
        if !is_ready {
            bail!("WebKitWebDriver does not answer");
        }
        let wishes = json!({"webkitgtk:browserOptions": {"binary": program}});
        let body = json!({"capabilities": {"alwaysMatch": wishes}});
        let answer = value_of(http.send("POST", &format!("{base}/session"), None, Some(&body))?)?;
        let id = answer["sessionId"].as_str().context("WebKitWebDriver named no session")?;
        let session = format!("{base}/session/{id}");
        Ok(Self { http, session, _driver: driver })
    }

    /// Waits for the button, link, tab or row with this name and presses it.
    pub(crate) fn press(&self, name: &str) -> Result<()> {
        let element = self.wait_for(name, &pressable(name))?;
        self.post(&format!("element/{element}/click"), &json!({}))?;
        Ok(())
    }

    /// Waits until something can be pressed by this name.
    pub(crate) fn wait_for_pressable(&self, name: &str) -> Result<()> {
        self.wait_for(name, &pressable(name)).map(|_| ())
    }

    /// Waits for the field with this label and makes `text` its content.
    pub(crate) fn fill(&self, label: &str, text: &str) -> Result<()> {
        let element = self.wait_for(label, &field(label))?;
        self.post(&format!("element/{element}/clear"), &json!({}))?;
        self.post(&format!("element/{element}/value"), &json!({"text": text}))?;
        Ok(())
    }

    /// Waits until what is shown stays the same for a moment.
    pub(crate) fn settle(&self) -> Result<()> {
        const SHOWN: &str = "return location.href + document.querySelectorAll('[aria-busy=true]').length \
                             + '|' + document.body.innerText;";
        let mut before = Value::Null;
        let mut same = 0;
        processes::wait_until(PATIENCE, || {
            std::thread::sleep(Duration::from_millis(120));
            let now = self.post("execute/sync", &json!({"script": SHOWN, "args": []}))?;
            same = if now == before { same + 1 } else { 0 };
            before = now;
            Ok(same >= 3)
        })?;
        Ok(())
    }

    /// Writes a picture of what is shown.
    pub(crate) fn take_picture(&self, file: &Path) -> Result<()> {
        let answer = value_of(self.http.send("GET", &format!("{}/screenshot", self.session), None, None)?)?;
        let text = answer.as_str().context("WebKitWebDriver sent no picture")?;
        let picture = base64::engine::general_purpose::STANDARD.decode(text)?;
        std::fs::write(file, picture).with_context(|| format!("{} cannot be written", file.display()))
    }

    fn wait_for(&self, name: &str, path: &str) -> Result<String> {
        let body = json!({"using": "xpath", "value": path});
        let mut found = None;
        processes::wait_until(PATIENCE, || {
            let elements = self.post("elements", &body)?;
            for element in elements.as_array().into_iter().flatten() {
                let id = element[ELEMENT].as_str().context("an element without id")?;
                let shown =
                    self.http.send("GET", &format!("{}/element/{id}/displayed", self.session), None, None)?;
                if shown.1["value"] == true {
                    found = Some(id.to_owned());
                    return Ok(true);
                }
            }
            Ok(false)
        })?;
        found.ok_or_else(|| anyhow!("the window shows nothing named \"{name}\""))
    }

    fn post(&self, path: &str, body: &Value) -> Result<Value> {
        value_of(self.http.send("POST", &format!("{}/{path}", self.session), None, Some(body))?)
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        // The driver is ended anyway; this lets the window close by itself first.
        let _ = self.http.send("DELETE", &self.session, None, None);
    }
}

fn value_of((status, mut answer): (u16, Value)) -> Result<Value> {
    if status == 200 {
        return Ok(answer["value"].take());
    }
    bail!("WebKitWebDriver refuses ({}): {}", answer["value"]["error"], answer["value"]["message"])
}

fn pressable(name: &str) -> String {
    let name = quote(name);
    let kinds = "self::button or self::a or @role='button' or @role='link' or @role='tab' or @role='menuitem' \
                 or @role='row' or self::tr";
    format!("//*[{kinds}][@aria-label={name} or normalize-space()={name} or .//*[normalize-space()={name}]]")
}

fn field(label: &str) -> String {
    let label = quote(label);
    format!(
        "//*[(self::input or self::textarea or self::select) and (@aria-label={label} \
         or @id=//label[normalize-space()={label}]/@for or ancestor::label[normalize-space()={label}])]"
    )
}

/// A text as XPath writes it; there is no way of escaping, but there are two kinds of quotes.
fn quote(text: &str) -> String {
    if text.contains('"') { format!("'{text}'") } else { format!("\"{text}\"") }
}
