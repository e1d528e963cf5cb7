//! Connections that do nothing, or too little, or send too much.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use voiceassist_gateway::serve::connections::ConnectionLimits;

use crate::support::{PATIENCE, Served, TestApp, Wire};

/// A whole sign-in is longer than this, so that it can be sent in two parts.
const BODY: &str = r#"{"email": "nobody@clinic.example", "password": "marble kettle orbit fern"}"#;

fn head_of_sign_in(length: usize) -> String {
    format!(
        "POST /api/auth/login HTTP/1.1\r\nHost: gateway\r\nContent-Type: application/json\r\n\
         Content-Length: {length}\r\n\r\n"
    )
}

fn few(most: usize) -> ConnectionLimits {
    ConnectionLimits { most, ..ConnectionLimits::default() }
}

async fn open_idle(served: &Served, count: usize) -> Vec<Wire> {
    let mut idle = Vec::new();
    for _ in 0..count {
        idle.push(served.connect().await);
    }
    idle
}

#[on_each_engine]
async fn many_times_more_idle_connections_than_there_are_places_keep_nobody_out() {
    let served = TestApp::start().await.serve(few(8)).await;
    let mut kept = served.connect().await;
    assert!(kept.get("/health").await.starts_with("HTTP/1.1 200"));
    let idle = open_idle(&served, 200).await;
    for _ in 0..20 {
        assert!(served.connect().await.get("/health").await.starts_with("HTTP/1.1 200"));
    }
    let open = idle.iter().filter(|wire| !wire.is_closed()).count();
    assert!(open <= 8, "{open} are held");
    assert!(kept.is_closed(), "it had waited longer than all others");
}

#[on_each_engine]
async fn who_is_being_answered_is_not_put_out_by_idle_connections() {
    let served = TestApp::start().await.serve(few(4)).await;
    let mut busy = served.connect().await;
    let (first, rest) = BODY.split_at(20);
    busy.send(&(head_of_sign_in(BODY.len()) + first)).await;
    // Its request is in work as soon as somebody who came later is answered.
    assert!(served.connect().await.get("/health").await.starts_with("HTTP/1.1 200"));
    let _idle = open_idle(&served, 50).await;
    assert!(served.connect().await.get("/health").await.starts_with("HTTP/1.1 200"));
    busy.send(rest).await;
    let answer = busy.read_answer().await;
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
}

#[on_each_engine]
async fn a_head_that_comes_byte_by_byte_is_not_waited_for_and_disturbs_nobody() {
    let limits = ConnectionLimits { head: Duration::from_millis(400), ..ConnectionLimits::default() };
    let served = TestApp::start().await.serve(limits).await;
    let mut slow = served.connect().await;
    let started = tokio::time::Instant::now();
    let mut is_closed = false;
    for byte in "GET /health HTTP/1.1\r\nX-Slow: ".bytes().chain(std::iter::repeat_n(b'z', 1_000)) {
        if slow.try_send(&[byte]).await.is_err() || slow.is_closed() {
            is_closed = true;
            break;
        }
        assert!(served.connect().await.get("/health").await.starts_with("HTTP/1.1 200"));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(is_closed && started.elapsed() >= limits.head, "closed after {:?}", started.elapsed());
}

#[on_each_engine]
async fn a_connection_that_says_nothing_is_closed_and_one_that_was_used_is_kept_longer() {
    let short = Duration::from_millis(200);
    let limits = ConnectionLimits { head: short, idle: short * 10, ..ConnectionLimits::default() };
    let served = TestApp::start().await.serve(limits).await;
    let (mut silent, mut used) = (served.connect().await, served.connect().await);
    assert!(used.get("/health").await.starts_with("HTTP/1.1 200"));
    assert_eq!(silent.read_to_end().await, "");
    assert!(!used.is_closed(), "it may wait ten times as long");
    assert_eq!(used.read_to_end().await, "");
}

/// Sends a hundred megabytes for as long as they are taken, and gives the answer and how much was taken.
async fn send_without_listening(wire: Wire, head: &str, piece: &[u8]) -> (String, usize) {
    let (mut reader, mut writer) = wire.split();
    let reading = tokio::spawn(async move {
        let mut bytes = Vec::new();
        // A reset is an end too; what came before it counts.
        let _ = reader.read_to_end(&mut bytes).await;
        String::from_utf8_lossy(&bytes).into_owned()
    });
    writer.write_all(head.as_bytes()).await.expect("sends the head");
    let mut taken = 0;
    while taken < 100 * 1024 * 1024 && writer.write_all(piece).await.is_ok() {
        taken += piece.len();
    }
    (tokio::time::timeout(PATIENCE, reading).await.expect("in time").expect("reads"), taken)
}

fn assert_refused_early((answer, taken): (String, usize)) {
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer:?}");
    assert!(answer.contains("\"body_too_large\""), "{answer:?}");
    assert!(taken < 50 * 1024 * 1024, "{taken} bytes were taken");
}

#[on_each_engine]
async fn a_hundred_megabytes_are_refused_before_they_have_come_and_the_sender_learns_why() {
    let served = TestApp::start().await.serve(ConnectionLimits::default()).await;
    let piece = vec![b'z'; 64 * 1024];
    let announced = head_of_sign_in(100 * 1024 * 1024);
    assert_refused_early(send_without_listening(served.connect().await, &announced, &piece).await);

    let chunked = "POST /api/auth/login HTTP/1.1\r\nHost: gateway\r\nContent-Type: application/json\r\n\
                   Transfer-Encoding: chunked\r\n\r\n";
    let chunk = [b"10000\r\n", piece.as_slice(), b"\r\n"].concat();
    assert_refused_early(send_without_listening(served.connect().await, chunked, &chunk).await);
    assert!(served.connect().await.get("/health").await.starts_with("HTTP/1.1 200"));
}

#[on_each_engine]
async fn a_table_of_a_hundred_megabytes_is_refused_early_too() {
    let app = TestApp::start().await;
    let token = app.administrator().await.access_token.expect("is signed in");
    let served = app.serve(ConnectionLimits::default()).await;
    let head = format!(
        "POST /api/users/import HTTP/1.1\r\nHost: gateway\r\nContent-Type: text/csv\r\n\
         Authorization: Bearer {token}\r\nContent-Length: 104857600\r\n\r\n"
    );
    let line = b"ana@clinic.example,Ana Ruiz,user\n".repeat(1_000);
    assert_refused_early(send_without_listening(served.connect().await, &head, &line).await);
}

#[on_each_engine]
async fn a_head_without_end_is_refused() {
    let served = TestApp::start().await.serve(ConnectionLimits::default()).await;
    let mut wire = served.connect().await;
    wire.send("GET /health HTTP/1.1\r\nHost: gateway\r\nX-Long: ").await;
    while wire.try_send(&[b'z'; 4_096]).await.is_ok() && !wire.is_closed() {}
    assert!(served.connect().await.get("/health").await.starts_with("HTTP/1.1 200"));
}

#[on_each_engine]
async fn an_end_waits_for_the_answer_in_work_and_not_for_who_is_idle() {
    let app = TestApp::start().await;
    let served = app.serve(ConnectionLimits::default()).await;
    let mut idle = served.connect().await;
    assert!(idle.get("/health").await.starts_with("HTTP/1.1 200"));
    let mut busy = served.connect().await;
    busy.send(&(head_of_sign_in(BODY.len()) + &BODY[..20])).await;
    assert!(served.connect().await.get("/health").await.starts_with("HTTP/1.1 200"));
    let stopping = tokio::spawn(served.stop());
    assert_eq!(idle.read_to_end().await, "");
    busy.send(&BODY[20..]).await;
    let answer = busy.read_to_end().await;
    assert!(answer.starts_with("HTTP/1.1 401") && answer.contains("connection: close"), "{answer}");
    stopping.await.expect("it stops");
}
