//! The log on standard error: text for people, or a JSON object a line for machines. Every event is one line, whatever
//! is in it, so that nobody can write a second one into it.

use std::io::{self, IsTerminal, Write};

use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

/// How the log is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// Text in a terminal, JSON anywhere else.
    #[default]
    Auto,
    /// Text.
    Text,
    /// JSON.
    Json,
}

impl LogFormat {
    /// Reads a setting.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "auto" => Some(Self::Auto),
            "text" => Some(Self::Text),
            "json" => Some(Self::Json),
            _ => None,
        }
    }

    /// Whether standard error is to be read by machines.
    pub fn is_json(self) -> bool {
        match self {
            Self::Auto => !io::stderr().is_terminal(),
            Self::Text => false,
            Self::Json => true,
        }
    }
}

/// Starts the log of the process, panics included. `RUST_LOG` says what is in it.
pub fn start_log(format: LogFormat) {
    let is_terminal = io::stderr().is_terminal();
    let layer = if format.is_json() { json_layer(io::stderr) } else { text_layer(io::stderr, is_terminal) };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::registry().with(layer.with_filter(filter)).init();
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        tracing::error!(place, "a part of the program panicked: {}", panic.payload_as_str().unwrap_or("-"));
    }));
}

/// A layer that writes lines for people, in colours where there are any.
pub fn text_layer<S, W>(writer: W, has_colours: bool) -> Box<dyn Layer<S> + Send + Sync>
where
    S: tracing::Subscriber + for<'span> LookupSpan<'span>,
    W: for<'writer> MakeWriter<'writer> + Send + Sync + 'static,
{
    tracing_subscriber::fmt::layer()
        .with_target(false)
        .with_ansi(has_colours)
        .with_writer(TextWriter { inner: writer, has_colours })
        .boxed()
}

/// A layer that writes a JSON object a line. What happened while a request was answered has its id in `span`.
pub fn json_layer<S, W>(writer: W) -> Box<dyn Layer<S> + Send + Sync>
where
    S: tracing::Subscriber + for<'span> LookupSpan<'span>,
    W: for<'writer> MakeWriter<'writer> + Send + Sync + 'static,
{
    tracing_subscriber::fmt::layer()
        .json()
        .flatten_event(true)
        .with_span_list(false)
        .with_writer(writer)
        .boxed()
}

/// Makes what writes lines.
struct TextWriter<W> {
    inner: W,
    has_colours: bool,
}

impl<'writer, W: MakeWriter<'writer>> MakeWriter<'writer> for TextWriter<W> {
    type Writer = OneLine<W::Writer>;

    fn make_writer(&'writer self) -> Self::Writer {
        OneLine { inner: self.inner.make_writer(), has_colours: self.has_colours }
    }
}

/// Writes what it is given at a time as one line.
struct OneLine<W> {
    inner: W,
    has_colours: bool,
}

impl<W: Write> Write for OneLine<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(bytes);
        let line = text.strip_suffix('\n').unwrap_or(&text);
        let mut cleaned = String::with_capacity(text.len());
        for (place, character) in line.char_indices() {
            if !character.is_control() || (self.has_colours && begins_colour(&line[place..])) {
                cleaned.push(character);
            } else {
                cleaned.extend(character.escape_default());
            }
        }
        cleaned.push_str(&text[line.len()..]);
        self.inner.write_all(cleaned.as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Whether `text` begins with a colour or another look of letters, the one thing that a terminal may be told.
fn begins_colour(text: &str) -> bool {
    let rest = text.strip_prefix("\u{1b}[").unwrap_or_default();
    rest.trim_start_matches(|one: char| one.is_ascii_digit() || one == ';').starts_with('m')
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use serde_json::Value;
    use tracing::subscriber::with_default;
    use tracing_subscriber::registry;

    use super::*;

    #[derive(Clone, Default)]
    struct Paper(Arc<Mutex<Vec<u8>>>);

    impl Write for Paper {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().expect("not poisoned").write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Paper {
        fn writer(&self) -> impl Fn() -> Self + Send + Sync + 'static {
            let paper = self.clone();
            move || paper.clone()
        }

        fn lines(&self) -> Vec<String> {
            let bytes = self.0.lock().expect("not poisoned").clone();
            String::from_utf8(bytes).expect("UTF-8").lines().map(str::to_owned).collect()
        }
    }

    /// What somebody might like to have read as a line of its own, or as a colour.
    const FORGED: &str = "x\n2026-01-01 INFO signed in\r\u{1b}[31m\u{7}";

    fn log_forgery() {
        let span = tracing::error_span!("request", request_id = "abc");
        let _entered = span.enter();
        tracing::info!(cause = FORGED, "it said {FORGED}");
        tracing::info!(cause = %FORGED, other = ?FORGED, "failed");
    }

    #[test]
    fn an_event_is_one_line_of_text_whatever_is_in_it() {
        let paper = Paper::default();
        with_default(registry().with(text_layer(paper.writer(), false)), log_forgery);
        let lines = paper.lines();
        assert_eq!(lines.len(), 2, "{lines:?}");
        assert!(lines.iter().all(|line| line.chars().all(|one| !one.is_control())), "{lines:?}");
        assert!(lines[0].contains("request_id=\"abc\""), "{lines:?}");
    }

    #[test]
    fn a_terminal_is_told_colours_and_nothing_else() {
        let paper = Paper::default();
        let mut line = OneLine { inner: paper.clone(), has_colours: true };
        line.write_all(
            "\u{1b}[2mtime\u{1b}[0m \u{1b}[1;31mx\u{1b}]0;title\u{7}\u{9b}2J\u{1b}[2J\n".as_bytes(),
        )
        .expect("writes");
        let shown = "\u{1b}[2mtime\u{1b}[0m \u{1b}[1;31mx\\u{1b}]0;title\\u{7}\\u{9b}2J\\u{1b}[2J";
        assert_eq!(paper.lines(), [shown]);
    }

    #[test]
    fn an_event_is_one_object_of_json_with_its_request() {
        let paper = Paper::default();
        with_default(registry().with(json_layer(paper.writer())), log_forgery);
        let lines = paper.lines();
        assert_eq!(lines.len(), 2, "{lines:?}");
        for line in lines {
            let object: Value = serde_json::from_str(&line).expect("JSON");
            assert_eq!((&object["cause"], &object["level"]), (&FORGED.into(), &"INFO".into()));
            assert_eq!(object["span"]["request_id"], "abc");
        }
    }

    #[test]
    fn a_format_is_one_of_three() {
        assert_eq!(LogFormat::parse("auto"), Some(LogFormat::Auto));
        assert_eq!(LogFormat::parse("text"), Some(LogFormat::Text));
        assert_eq!(LogFormat::parse("json"), Some(LogFormat::Json));
        assert_eq!(LogFormat::parse("JSON "), None);
    }
}
