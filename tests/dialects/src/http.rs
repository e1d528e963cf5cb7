//! HTTP/1.1 by hand, because the point is what a proper server never does.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::Mishap;
use crate::recordings::{Answer, recorded};
use crate::routes::answer;
use crate::state::State;

/// A request as it came.
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: HashMap<String, String>,
    pub(crate) token: Option<String>,
    pub(crate) body: Value,
    line: String,
}

/// Serves every connection until the task is stopped.
pub(crate) async fn serve(listener: TcpListener, state: Arc<Mutex<State>>) {
    let mut open = tokio::task::JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        open.spawn(serve_connection(stream, Arc::clone(&state)));
    }
}

async fn serve_connection(stream: TcpStream, state: Arc<Mutex<State>>) {
    let mut stream = BufReader::new(stream);
    while let Some(request) = read_request(&mut stream).await {
        let Decision { answer, after } = decide(&request, &state);
        if !after.is_zero() {
            tokio::time::sleep(after).await;
        }
        let Some(answer) = answer else {
            reset(&stream);
            return;
        };
        let body = answer.bytes();
        let headers: String =
            answer.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let head =
            format!("HTTP/1.1 {} Said\r\ncontent-length: {}\r\n{headers}\r\n", answer.status, body.len());
        if stream.get_mut().write_all(&[head.as_bytes(), &body].concat()).await.is_err() {
            return;
        }
        if answer.status == 500 {
            // The next request on this connection finds it dead.
            let _next = stream.fill_buf().await;
            reset(&stream);
            return;
        }
    }
}

/// What a request meets with.
struct Decision {
    /// The answer, or none where the connection is reset.
    answer: Option<Answer>,
    /// How long it is kept back.
    after: Duration,
}

fn decide(request: &Request, state: &Mutex<State>) -> Decision {
    let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
    state.bodies.push((request.line.clone(), request.body.clone()));
    let mishap = state.take_mishap(&request.line);
    let answer = match mishap {
        None | Some(Mishap::Late(_)) => Some(answer(&mut state, request)),
        Some(Mishap::Recorded(name)) => Some(recorded(name)),
        Some(Mishap::Fail) => Some(Answer::internal_error()),
        Some(Mishap::FailAfterDoing) => {
            answer(&mut state, request);
            Some(Answer::internal_error())
        }
        Some(Mishap::ResetAfterDoing) => {
            answer(&mut state, request);
            None
        }
        Some(Mishap::Reset) => None,
    };
    state.exchanges.push((request.line.clone(), answer.as_ref().map(|answer| answer.status)));
    let after = if let Some(Mishap::Late(after)) = mishap { after } else { Duration::ZERO };
    Decision { answer, after }
}

fn reset(stream: &BufReader<TcpStream>) {
    // Closing then sends a reset and not an orderly end; where that cannot be set, the end is disorderly enough.
    let _set = stream.get_ref().set_zero_linger();
}

async fn read_request(stream: &mut BufReader<TcpStream>) -> Option<Request> {
    let mut first = String::new();
    stream.read_line(&mut first).await.ok().filter(|bytes| *bytes > 0)?;
    let mut words = first.split_whitespace();
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = HashMap::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.ok().filter(|bytes| *bytes > 0)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    Some(Request {
        path: path.to_owned(),
        query: query.split('&').filter_map(|pair| pair.split_once('=')).map(decode).collect(),
        token: headers
            .get("authorization")
            .and_then(|value| value.strip_prefix("Bearer "))
            .map(str::to_owned),
        body: serde_json::from_slice(&body).unwrap_or(Value::Null),
        line: format!("{method} {target}"),
        method,
    })
}

/// The few escapes that the tests' queries have.
fn decode((name, value): (&str, &str)) -> (String, String) {
    (name.to_owned(), value.replace('+', " ").replace("%40", "@").replace("%2B", "+").replace("%27", "'"))
}
